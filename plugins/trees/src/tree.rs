//! A grown regression tree.

use archcast_sdk::prelude::*;

/// The feature of a leaf.
const LEAF: u32 = u32::MAX;

/// A node: a split, whose right child follows its left one, or a leaf.
#[derive(Debug, Clone, Copy)]
struct Node {
    /// The feature that is asked, or [`LEAF`].
    feature: u32,
    /// The left child.
    left: u32,
    /// Whether a missing value goes right.
    missing_right: bool,
    /// The threshold of a split, the value of a leaf.
    number: f64,
}

/// A tree: its nodes, the root first, children behind their parents.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Flat", into = "Flat")]
pub(crate) struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    /// A tree that is one leaf without a value yet.
    pub(crate) fn new() -> Self {
        Self { nodes: vec![Node { feature: LEAF, left: 0, missing_right: false, number: 0.0 }] }
    }

    /// Gives a leaf its value.
    pub(crate) fn set_value(&mut self, leaf: u32, value: f64) {
        self.nodes[leaf as usize].number = value;
    }

    /// Makes a leaf a split; the left of its two new leaves, the right one is the next.
    pub(crate) fn split(&mut self, leaf: u32, feature: u32, threshold: f64, missing_right: bool) -> u32 {
        let left = self.nodes.len() as u32;
        self.nodes[leaf as usize] = Node { feature, left, missing_right, number: threshold };
        let empty = Node { feature: LEAF, left: 0, missing_right: false, number: 0.0 };
        self.nodes.extend([empty, empty]);
        left
    }

    /// Number of nodes.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Features that a row must have at least.
    pub(crate) fn width(&self) -> usize {
        let asked = self.nodes.iter().filter(|node| node.feature != LEAF);
        asked.map(|node| node.feature as usize + 1).max().unwrap_or(0)
    }

    /// The leaf of a row (NaN is missing), and its value. The row has at least [`Tree::width`] features.
    pub(crate) fn leaf(&self, row: &[f64]) -> (usize, f64) {
        let mut place = 0;
        loop {
            let node = &self.nodes[place];
            if node.feature == LEAF {
                return (place, node.number);
            }
            let value = row[node.feature as usize];
            let right = value > node.number || (node.missing_right && value.is_nan());
            place = node.left as usize + usize::from(right);
        }
    }

    /// The value of a row's leaf.
    pub(crate) fn value(&self, row: &[f64]) -> f64 {
        self.leaf(row).1
    }

    /// Feature, threshold and children of a split; `None` for a leaf.
    #[cfg(test)]
    pub(crate) fn split_of(&self, node: usize) -> Option<(u32, f64, usize, usize)> {
        let node = self.nodes[node];
        let left = node.left as usize;
        (node.feature != LEAF).then_some((node.feature, node.number, left, left + 1))
    }
}

/// A tree as it is saved: a list for each part of its nodes.
#[derive(Serialize, Deserialize)]
struct Flat {
    /// −1 for a leaf.
    features: Vec<i64>,
    /// Left children, 0 for a leaf.
    left: Vec<u32>,
    /// Splits that send missing values right.
    missing_right: Vec<u32>,
    numbers: Vec<f64>,
}

impl From<Tree> for Flat {
    fn from(tree: Tree) -> Self {
        let nodes = &tree.nodes;
        Self {
            features: nodes
                .iter()
                .map(|node| if node.feature == LEAF { -1 } else { node.feature.into() })
                .collect(),
            left: nodes.iter().map(|node| node.left).collect(),
            missing_right: (0..nodes.len() as u32)
                .filter(|&node| nodes[node as usize].missing_right)
                .collect(),
            numbers: nodes.iter().map(|node| node.number).collect(),
        }
    }
}

impl TryFrom<Flat> for Tree {
    type Error = String;

    /// Refuses what is no tree: a walk from the root always ends, at a number.
    fn try_from(flat: Flat) -> Result<Self, String> {
        let count = flat.features.len();
        if count == 0 || flat.left.len() != count || flat.numbers.len() != count {
            return Err("a tree's lists differ in length or are empty".into());
        }
        let mut nodes = Vec::with_capacity(count);
        for (place, ((&feature, &left), &number)) in
            flat.features.iter().zip(&flat.left).zip(&flat.numbers).enumerate()
        {
            let feature = match feature {
                -1 => LEAF,
                _ => u32::try_from(feature)
                    .map_err(|_| format!("node {place} of a tree asks feature {feature}"))?,
            };
            let children = left as usize;
            if feature != LEAF && (children <= place || children + 1 >= count) {
                return Err(format!("node {place} of a tree has no child {children}"));
            }
            if !number.is_finite() {
                return Err(format!("node {place} of a tree holds {number}"));
            }
            nodes.push(Node { feature, left, missing_right: false, number });
        }
        for place in flat.missing_right {
            let node = nodes.get_mut(place as usize).ok_or_else(|| format!("a tree has no node {place}"))?;
            node.missing_right = true;
        }
        Ok(Self { nodes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stump() -> Tree {
        let mut tree = Tree::new();
        let left = tree.split(0, 1, 0.5, true);
        tree.set_value(left, -1.0);
        tree.set_value(left + 1, 1.0);
        tree
    }

    #[test]
    fn values_up_to_the_threshold_go_left_and_missing_ones_as_told() {
        let mut tree = stump();
        let of = |tree: &Tree, value: f64| tree.value(&[9.0, value]);
        assert_eq!([0.5, 0.6, f64::NAN, f64::INFINITY].map(|v| of(&tree, v)), [-1.0, 1.0, 1.0, 1.0]);
        tree.nodes[0].missing_right = false;
        assert_eq!([0.5, 0.6, f64::NAN, f64::NEG_INFINITY].map(|v| of(&tree, v)), [-1.0, 1.0, -1.0, -1.0]);
        assert_eq!((tree.width(), tree.len(), Tree::new().width()), (2, 3, 0));
    }

    #[test]
    fn a_tree_comes_back_as_it_was_saved() {
        let flat = Flat::from(stump());
        let tree = Tree::try_from(flat).unwrap();
        assert_eq!([0.0, 1.0, f64::NAN].map(|v| tree.value(&[0.0, v])), [-1.0, 1.0, 1.0]);
    }

    #[test]
    fn what_is_no_tree_is_refused() {
        let broken = |spoil: &dyn Fn(&mut Flat)| {
            let mut flat = Flat::from(stump());
            spoil(&mut flat);
            Tree::try_from(flat).unwrap_err()
        };
        assert!(broken(&|flat| flat.left[0] = 0).contains("has no child 0"));
        assert!(broken(&|flat| flat.left[0] = 2).contains("has no child 2"));
        assert!(broken(&|flat| flat.left[0] = u32::MAX).contains("has no child"));
        assert!(broken(&|flat| flat.features[0] = -2).contains("asks feature -2"));
        assert!(broken(&|flat| flat.numbers[2] = f64::NAN).contains("holds NaN"));
        assert!(broken(&|flat| flat.missing_right[0] = 3).contains("has no node 3"));
        assert!(broken(&|flat| flat.numbers.truncate(2)).contains("differ in length"));
        let empty = Flat { features: vec![], left: vec![], missing_right: vec![], numbers: vec![] };
        assert!(Tree::try_from(empty).unwrap_err().contains("are empty"));
    }
}
