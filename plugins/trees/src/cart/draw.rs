//! The features that a node looks at, drawn without replacement as scikit-learn draws them.

use crate::columns::Column;
use archcast_sdk::{Rng, rand::RngExt as _};

/// A permutation of all features that goes from node to node, those first that are constant on the node's rows.
///
/// Nodes must be visited depth first: what is constant on a node's rows is so on those of its children.
#[derive(Debug)]
pub(crate) struct Draw {
    /// Features that a node looks at.
    wanted: usize,
    order: Vec<u32>,
    /// The features found to be constant on the way from the root, in the order that they were found.
    constant: Vec<u32>,
}

impl Draw {
    /// For a tree on these columns, whose nodes look at this part of them.
    pub(crate) fn new(columns: &[Column], part: f64) -> Self {
        let (constant, others): (Vec<u32>, Vec<u32>) = (0..columns.len() as u32)
            .partition(|&feature| matches!(columns[feature as usize], Column::Constant));
        let wanted = ((part * columns.len() as f64) as usize).max(1);
        Self { wanted, order: [&constant[..], &others].concat(), constant }
    }

    /// Features that are constant on all rows, before any node was visited.
    pub(crate) fn known(&self) -> usize {
        self.constant.len()
    }

    /// Draws features for a node of which the first `known` are constant, and lets each be looked at that is not known to
    /// be constant. `look` tells whether the feature varies on the node's rows. Constant ones count as drawn, but the
    /// draw goes on until one that varies was seen. Gives the number of features that are known to be constant now.
    pub(crate) fn visit(&mut self, known: usize, rng: &mut Rng, mut look: impl FnMut(u32) -> bool) -> usize {
        let (mut end, mut drawn, mut found) = (self.order.len(), 0, 0);
        let mut visited = 0;
        while end > known + found && (visited < self.wanted || visited <= found + drawn) {
            visited += 1;
            // Those drawn that are known come first, those found stand behind all known ones.
            let place = rng.random_range(drawn..end - found);
            if place < known {
                self.order.swap(drawn, place);
                drawn += 1;
                continue;
            }
            let place = place + found;
            let feature = self.order[place];
            if look(feature) {
                end -= 1;
                self.order.swap(end, place);
            } else {
                self.order.swap(known + found, place);
                found += 1;
            }
        }
        // The known ones come back to the order that nodes on another branch have seen them in.
        self.order[..known].copy_from_slice(&self.constant[..known]);
        self.constant.truncate(known);
        self.constant.extend_from_slice(&self.order[known..known + found]);
        known + found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::rand::SeedableRng as _;

    fn columns(constant: &[bool]) -> Vec<Column> {
        let two = || Column::Two { codes: vec![0, 1], holes: false, threshold: 0.5 };
        constant.iter().map(|&constant| if constant { Column::Constant } else { two() }).collect()
    }

    #[test]
    fn a_part_of_the_features_is_at_least_one_and_cut_off() {
        for (p, wanted) in [(30, 5), (36, 6), (114, 19), (910, 155)] {
            assert_eq!(Draw::new(&columns(&vec![false; p]), 0.17055852159745608).wanted, wanted);
        }
        for (p, wanted) in [(30, 23), (36, 28), (114, 90), (910, 720)] {
            assert_eq!(Draw::new(&columns(&vec![false; p]), 0.7920456318712875).wanted, wanted);
        }
        assert_eq!(Draw::new(&columns(&[false; 3]), 0.1).wanted, 1);
    }

    #[test]
    fn every_feature_is_as_likely_as_another_and_comes_once() {
        let columns = columns(&[false, false, true, false, false]);
        let mut rng = Rng::seed_from_u64(1);
        let mut counts = [0; 5];
        for _ in 0..6000 {
            let mut draw = Draw::new(&columns, 0.4);
            assert_eq!(draw.known(), 1);
            let mut seen = Vec::new();
            draw.visit(1, &mut rng, |feature| {
                assert!(!seen.contains(&feature));
                seen.push(feature);
                true
            });
            // The constant one may be one of the two; then only one other is seen.
            assert!(seen.len() == 2 || seen.len() == 1);
            seen.iter().for_each(|&feature| counts[feature as usize] += 1);
        }
        // Each of five is among two drawn in two of five times: 2400, with a standard deviation of 38.
        assert!(
            [0, 1, 3, 4].iter().all(|&feature: &usize| (2200..2600).contains(&counts[feature])),
            "{counts:?}"
        );
        assert_eq!(counts[2], 0);
    }

    #[test]
    fn the_draw_goes_on_until_a_feature_varies_and_remembers_the_constant_ones() {
        for seed in 0..200 {
            let mut rng = Rng::seed_from_u64(seed);
            let mut draw = Draw::new(&columns(&[false; 6]), 0.1);
            // On this node only feature 4 varies.
            let mut seen = Vec::new();
            let known = draw.visit(0, &mut rng, |feature| {
                seen.push(feature);
                feature == 4
            });
            assert_eq!((seen.last(), known), (Some(&4), seen.len() - 1));
            // A child never looks at those again.
            let below = draw.visit(known, &mut rng, |feature| {
                assert!(!seen[..known].contains(&feature));
                false
            });
            assert_eq!(below, 6);
            assert_eq!(draw.visit(below, &mut rng, |_| panic!("nothing varies")), 6);
            // Its sister knows what the parent knew.
            let mut sister = Vec::new();
            draw.visit(known, &mut rng, |feature| {
                sister.push(feature);
                false
            });
            sister.extend(&seen[..known]);
            sister.sort_unstable();
            assert_eq!(sister, [0, 1, 2, 3, 4, 5]);
        }
    }
}
