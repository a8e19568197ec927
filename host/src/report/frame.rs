//! The axes of a chart.

use super::{
    drawing::{Anchor, Drawing},
    scale::Scale,
};

/// Width of a character of a tick at most.
const CHARACTER: f64 = 7.2;

/// Two axes around an area.
#[derive(Debug, Clone)]
pub struct Frame {
    /// From left to right.
    pub x: Scale,
    /// From below to above.
    pub y: Scale,
    /// The corners of the area: left and top.
    pub from: (f64, f64),
    /// Right and bottom.
    pub to: (f64, f64),
}

/// An axis: what it measures, and its ticks.
#[derive(Debug, Clone)]
pub struct Axis {
    /// What it measures, with the unit.
    pub title: String,
    /// Values and how they are written.
    pub ticks: Vec<(f64, String)>,
}

impl Axis {
    /// One whose ticks are plain numbers.
    pub fn plain(title: impl Into<String>, scale: &Scale, about: usize) -> Self {
        let ticks = scale.ticks(about).into_iter().map(|tick| (tick, number(tick))).collect();
        Self { title: title.into(), ticks }
    }
}

impl Frame {
    /// The place of a pair of values.
    pub fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (self.x.at(x), self.y.at(y))
    }

    /// Draws the axes. Ticks whose words would touch those before them stay without words.
    pub fn draw(&self, drawing: &mut Drawing, x: &Axis, y: &Axis) {
        let ((left, top), (right, bottom)) = (self.from, self.to);
        for (value, words) in &y.ticks {
            let at = self.y.at(*value);
            drawing.line((left, at), (right, at), "grid");
            drawing.text((left - 5.0, at + 3.5), Anchor::End, "t", words);
        }
        let mut free = f64::NEG_INFINITY;
        for (value, words) in &x.ticks {
            let at = self.x.at(*value);
            drawing.line((at, top), (at, bottom), "grid");
            let half = words.chars().count() as f64 * CHARACTER / 2.0;
            if at - half >= free && at + half <= drawing.width() {
                drawing.text((at, bottom + 15.0), Anchor::Middle, "t", words);
                free = at + half + 4.0;
            }
        }
        drawing.line((left, bottom), (right, bottom), "axis");
        drawing.line((left, top), (left, bottom), "axis");
        drawing.text(((left + right) / 2.0, bottom + 32.0), Anchor::Middle, "t strong", &x.title);
        // Above the axis, where it can be read without turning the head.
        drawing.text((left.min(8.0), top - 10.0), Anchor::Start, "t strong", &y.title);
    }
}

/// A number as short as it can be told apart from its neighbours at an axis.
pub fn number(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".to_owned()
    } else if !(1e-3..1e6).contains(&size) {
        format!("{value:e}").chars().take(9).collect()
    } else {
        let text = format!("{value:.4}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_at_an_axis_are_short() {
        let told = [0.0, 0.6000000000000001, -0.25, 50.0, 1000.0, 2e7, 1e-5].map(number);
        assert_eq!(told, ["0", "0.6", "-0.25", "50", "1000", "2e7", "1e-5"]);
    }

    #[test]
    fn words_that_would_touch_are_left_out() {
        let frame = Frame {
            x: Scale::between(0.0, 10.0, 40.0, 140.0),
            y: Scale::between(0.0, 1.0, 100.0, 0.0),
            from: (40.0, 0.0),
            to: (140.0, 100.0),
        };
        let ticks = (0..=10).map(|tick| (f64::from(tick), format!("tick {tick}"))).collect();
        let mut drawing = Drawing::new(200.0, 140.0);
        frame.draw(&mut drawing, &Axis { title: String::new(), ticks }, &Axis::plain("", &frame.y, 3));
        let svg = drawing.finish("");
        assert_eq!(svg.matches(">tick ").count(), 2, "{svg}");
    }
}
