//! The names of members below a chart.

use super::{
    drawing::{Anchor, Drawing},
    escape::short,
    look::Look,
};

/// Height of a row.
const ROW: f64 = 18.0;
/// Room for the mark before a name.
const SWATCH: f64 = 28.0;
/// From more names on they are cut before they fill a long column.
const MANY: usize = 9;
/// Width of a character at most, nearly always.
const CHARACTER: f64 = 6.9;

/// Draws the names of members, each with its line and mark, below what is drawn already, in as many columns as they fit.
pub fn members(drawing: &mut Drawing, entries: &[(Look, &str)]) {
    let longest = entries.iter().map(|(_, name)| name.chars().count()).max().unwrap_or(0);
    grid(drawing, entries.len(), longest, |drawing, entry, (x, y), most| {
        let (look, name) = entries[entry];
        drawing.open(&format!("key {}", look.colour()), Some(look.0));
        drawing.line((x, y - 4.0), (x + SWATCH - 6.0, y - 4.0), &look.line());
        look.mark(drawing, (x + (SWATCH - 6.0) / 2.0, y - 4.0), "mark", name);
        drawing.text((x + SWATCH, y), Anchor::Start, "t", &short(name, most));
        drawing.close();
    });
}

/// Draws patches with words: a class and a text each; the text within the patch may be empty.
pub fn patches(drawing: &mut Drawing, entries: &[(String, String, String)]) {
    let longest = entries.iter().map(|(_, _, words)| words.chars().count()).max().unwrap_or(0);
    grid(drawing, entries.len(), longest, |drawing, entry, (x, y), most| {
        let (class, within, words) = &entries[entry];
        for class in class.split('|') {
            drawing.rect((x, y - 11.0), (SWATCH - 6.0, 14.0), class, words);
        }
        drawing.text((x + (SWATCH - 6.0) / 2.0, y), Anchor::Middle, "on", within);
        drawing.text((x + SWATCH, y), Anchor::Start, "t", &short(words, most));
    });
}

/// Places entries in columns: by their number, the place of each, and the most characters that fit.
fn grid(
    drawing: &mut Drawing,
    count: usize,
    longest: usize,
    mut draw: impl FnMut(&mut Drawing, usize, (f64, f64), usize),
) {
    let width = drawing.width() - 16.0;
    let fit = |columns: usize| (((width / columns as f64) - SWATCH - 8.0) / CHARACTER) as usize;
    // Many names stand in two columns even where the longest of them are cut.
    let least = if count > MANY { 2 } else { 1 };
    let columns =
        (1..=3).rev().find(|&columns| longest <= fit(columns)).unwrap_or(1).max(least).min(count.max(1));
    let rows = count.div_ceil(columns);
    let top = drawing.height() + 12.0;
    for entry in 0..count {
        // Down the columns, as one reads a list.
        let (column, row) = (entry / rows.max(1), entry % rows.max(1));
        let x = 8.0 + width / columns as f64 * column as f64;
        draw(drawing, entry, (x, top + ROW * row as f64), fit(columns));
    }
    drawing.grow(ROW * rows as f64 + 8.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_side_by_side_where_they_fit_and_are_cut_where_they_do_not() {
        let height = |names: &[&str]| {
            let mut drawing = Drawing::new(400.0, 0.0);
            let entries: Vec<(Look, &str)> =
                names.iter().enumerate().map(|(at, &name)| (Look(at), name)).collect();
            members(&mut drawing, &entries);
            (drawing.height(), drawing.finish(""))
        };
        assert_eq!(height(&["a", "b", "c"]).0, height(&["a"]).0);
        let long = "a-name-that-takes-a-row-of-its-own-because-it-is-long";
        assert!(height(&[long, "b", "c"]).0 > height(&["a", "b", "c"]).0);
        let (_, svg) = height(&[&"x".repeat(200)]);
        assert!(svg.contains('…') && svg.contains(&format!("<title>{}</title>", "x".repeat(200))));
    }
}
