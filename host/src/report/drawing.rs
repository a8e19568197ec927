//! A drawing in SVG. Colours are classes and not values, so that one drawing serves light and dark alike; that is why it is
//! written here and not by a library of charts, which writes colours into every shape.

use super::escape::html;
use std::fmt::Write;

/// Width of every drawing, in its own units; a phone shows it at about that many pixels.
pub const WIDTH: f64 = 400.0;

/// Where a text is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// At its beginning.
    Start,
    /// In its middle.
    Middle,
    /// At its end.
    End,
}

/// A drawing. Shapes outside numbers are not drawn.
#[derive(Debug, Clone)]
pub struct Drawing {
    width: f64,
    height: f64,
    body: String,
}

/// A place as SVG writes it: a tenth of a unit is finer than any screen.
pub fn place(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

impl Drawing {
    /// Of this size.
    pub fn new(width: f64, height: f64) -> Self {
        Self { width, height, body: String::new() }
    }

    /// Its width.
    pub fn width(&self) -> f64 {
        self.width
    }

    /// Its height.
    pub fn height(&self) -> f64 {
        self.height
    }

    /// Adds room below.
    pub fn grow(&mut self, by: f64) {
        self.height += by;
    }

    /// Opens a group of shapes, which [`close`](Self::close) ends. `member` is the number by which a page shows and hides it.
    pub fn open(&mut self, class: &str, member: Option<usize>) {
        let member = member.map_or(String::new(), |member| format!(" data-m=\"{member}\""));
        self.push(format_args!("<g class=\"{class}\"{member}>"));
    }

    /// Ends a group.
    pub fn close(&mut self) {
        self.body.push_str("</g>");
    }

    /// A line.
    pub fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), class: &str) {
        if [x1, y1, x2, y2].iter().all(|value| value.is_finite()) {
            let [x1, y1, x2, y2] = [x1, y1, x2, y2].map(place);
            self.push(format_args!(
                "<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"
            ));
        }
    }

    /// A line through points, or an area between them where `closed`.
    pub fn path(&mut self, points: &[(f64, f64)], closed: bool, class: &str) {
        let mut steps = String::new();
        for (x, y) in points.iter().filter(|(x, y)| x.is_finite() && y.is_finite()) {
            let letter = if steps.is_empty() { 'M' } else { 'L' };
            let _ = write!(steps, "{letter}{} {}", place(*x), place(*y));
        }
        if !steps.is_empty() {
            let end = if closed { "Z" } else { "" };
            self.push(format_args!("<path class=\"{class}\" d=\"{steps}{end}\"/>"));
        }
    }

    /// A rectangle, with words that appear where it is pointed at.
    pub fn rect(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), class: &str, title: &str) {
        if [x, y, width, height].iter().all(|value| value.is_finite()) {
            let [x, y, width, height] = [x, y, width.max(0.0), height.max(0.0)].map(place);
            let title = titled(title);
            self.push(format_args!(
                "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\">{title}</rect>"
            ));
        }
    }

    /// A closed shape of a mark, with words that appear where it is pointed at.
    pub fn shape(&mut self, steps: &str, class: &str, title: &str) {
        let title = titled(title);
        self.push(format_args!("<path class=\"{class}\" d=\"{steps}\">{title}</path>"));
    }

    /// A text.
    pub fn text(&mut self, (x, y): (f64, f64), anchor: Anchor, class: &str, words: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let (x, y, words) = (place(x), place(y), html(words));
        self.push(format_args!(
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{words}</text>"
        ));
    }

    /// The drawing within a page; `label` tells what it shows to those who do not see it.
    pub fn finish(self, label: &str) -> String {
        let (width, height) = (place(self.width), place(self.height));
        // Wider ones keep their size, and are scrolled on a small screen.
        let style =
            if self.width > WIDTH { format!(" style=\"min-width:{width}px\"") } else { String::new() };
        format!(
            "<svg class=\"chart\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\"{style}>{}</svg>",
            html(label),
            self.body
        )
    }

    fn push(&mut self, shape: std::fmt::Arguments<'_>) {
        // A String takes all that is written.
        let _ = self.body.write_fmt(shape);
    }
}

fn titled(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!("<title>{}</title>", html(words)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_and_what_is_no_number_is_not_drawn() {
        let mut drawing = Drawing::new(100.0, 50.0);
        drawing.text((1.0, 2.25), Anchor::Middle, "t", "<b>");
        drawing.line((0.0, f64::NAN), (1.0, 1.0), "l");
        drawing.path(&[(0.0, 0.0), (f64::INFINITY, 1.0), (2.0, 2.0)], false, "p");
        drawing.rect((0.0, 0.0), (-1.0, 4.0), "r", "a & b");
        let svg = drawing.finish("\"x\"");
        assert!(svg.contains("text-anchor=\"middle\">&lt;b&gt;</text>") && !svg.contains("<line"), "{svg}");
        assert!(svg.contains("d=\"M0 0L2 2\"") && svg.contains("width=\"0\""), "{svg}");
        assert!(
            svg.contains("<title>a &amp; b</title>") && svg.contains("aria-label=\"&quot;x&quot;\""),
            "{svg}"
        );
    }
}
