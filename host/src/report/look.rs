//! How members look, so that each can be told from every other one: by colour, by mark and by the dashes of its line.

use super::drawing::{Drawing, place};

/// Colours that people with any kind of sight tell apart (Okabe and Ito, Color Universal Design, 2008, adapted to both
/// themes); the style sheet holds them.
const COLOURS: usize = 8;
/// Shapes of marks; without common divisor with the colours, so that neighbours differ in both.
const MARKS: usize = 5;
/// Patterns of lines.
const DASHES: usize = 4;

/// The look of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look(pub usize);

impl Look {
    /// The class of its colour.
    pub fn colour(self) -> String {
        format!("s{}", self.0 % COLOURS)
    }

    /// The classes of its line.
    pub fn line(self) -> String {
        format!("line d{}", self.0 / COLOURS % DASHES)
    }

    /// Its mark at a place.
    pub fn mark(self, drawing: &mut Drawing, (x, y): (f64, f64), class: &str, title: &str) {
        if !(x.is_finite() && y.is_finite()) {
            return;
        }
        let r = 3.6;
        let corners = |corners: &[(f64, f64)]| -> String {
            let mut steps = String::new();
            for (dx, dy) in corners {
                let letter = if steps.is_empty() { 'M' } else { 'L' };
                steps.push_str(&format!("{letter}{} {}", place(x + dx * r), place(y + dy * r)));
            }
            steps + "Z"
        };
        let steps = match self.0 % MARKS {
            0 => {
                let (left, y, size) = (place(x - r), place(y), place(r));
                format!("M{left} {y}a{size} {size} 0 1 0 {0} 0a{size} {size} 0 1 0 -{0} 0Z", place(2.0 * r))
            }
            1 => corners(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
            2 => corners(&[(0.0, -1.2), (1.15, 0.9), (-1.15, 0.9)]),
            3 => corners(&[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]),
            _ => corners(&[(-1.15, -0.9), (1.15, -0.9), (0.0, 1.2)]),
        };
        drawing.shape(&steps, class, title);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn all_members_of_the_field_can_be_told_apart() {
        let looks: BTreeSet<_> =
            (0..32).map(|one| (Look(one).colour(), Look(one).line(), one % MARKS)).collect();
        assert_eq!(looks.len(), 32);
    }
}
