//! Paths through a cell with operations on its edges.

use super::EdgeSpace;
use crate::space::{Path, PathSpace};

impl EdgeSpace {
    pub(super) fn all_paths(&self) -> PathSpace {
        let lengths = || self.routes.iter().map(Vec::len);
        PathSpace {
            blocks: vec![String::new()],
            operations: self.cell.operations.clone(),
            shortest: lengths().min().unwrap_or(0),
            longest: lengths().max().unwrap_or(0),
        }
    }

    /// The operations along each route, once; a route with a zero operation on it passes nothing on and is none.
    pub(super) fn live_paths(&self, genotype: &[u16]) -> Vec<Path> {
        let mut paths = Vec::with_capacity(self.routes.len());
        self.visit_live_paths(genotype, &mut |block, operations| {
            paths.push(Path { block, operations: operations.to_vec() });
        });
        paths.sort_unstable();
        paths.dedup();
        paths
    }
}

impl EdgeSpace {
    pub(super) fn visit_live_paths(&self, genotype: &[u16], visit: &mut dyn FnMut(usize, &[u16])) {
        let mut operations = Vec::with_capacity(self.cell.edges.len());
        for route in &self.routes {
            operations.clear();
            operations.extend(route.iter().map(|&decision| genotype[decision]));
            if self.cell.zero.is_none_or(|zero| !operations.contains(&zero)) {
                visit(0, &operations);
            }
        }
    }
}

/// Every way from the input to the output, as the decisions along it.
pub fn routes(edges: &[(u16, u16)], output: u16) -> Vec<Vec<usize>> {
    let mut complete = Vec::new();
    let mut open: Vec<(u16, Vec<usize>)> = vec![(0, Vec::new())];
    while let Some((node, route)) = open.pop() {
        if node == output {
            complete.push(route);
            continue;
        }
        for (decision, _) in edges.iter().enumerate().filter(|(_, edge)| edge.0 == node) {
            let mut longer = route.clone();
            longer.push(decision);
            open.push((edges[decision].1, longer));
        }
    }
    complete.sort_unstable_by_key(|route| (route.len(), route.clone()));
    complete
}
