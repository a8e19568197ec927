//! A wiring: what each node reads. Each reads one thing, so a wiring is a tree with the raw input as its root.

/// Most nodes: a link is one digit.
pub const MOST_NODES: usize = 9;

/// What each node reads: 0 is the raw input, k the k-th node. A node reads an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wiring {
    links: Vec<u16>,
}

impl Wiring {
    /// Checks links; the error is the index of the first node that reads no earlier one.
    pub fn new(links: Vec<u16>) -> Result<Wiring, usize> {
        match links.iter().enumerate().find(|&(node, &link)| usize::from(link) > node) {
            Some((node, _)) => Err(node),
            None => Ok(Wiring { links }),
        }
    }

    /// What each node reads, by node.
    pub fn links(&self) -> &[u16] {
        &self.links
    }

    /// The nodes that read `read`, each by its number, from 1.
    pub fn readers(&self, read: usize) -> impl Iterator<Item = usize> {
        (1..).zip(&self.links).filter(move |&(_, &link)| usize::from(link) == read).map(|(node, _)| node)
    }

    /// Nodes on the longest way from the raw input.
    pub fn depth(&self) -> usize {
        let mut depths = vec![0];
        for &link in &self.links {
            depths.push(depths[usize::from(link)] + 1);
        }
        depths.into_iter().max().unwrap_or(0)
    }

    /// The links as one digit each.
    pub fn digits(&self) -> String {
        self.links.iter().map(u16::to_string).collect()
    }

    /// For each node of `other` the index of the node that takes its place here, where the two are the same but for the
    /// order of their nodes. Of nodes that can take the same place the first does.
    pub fn order_as(&self, other: &Wiring) -> Option<Vec<usize>> {
        if self.shape(0) != other.shape(0) {
            return None;
        }
        let mut numbers = vec![0];
        for (node, &link) in (1..).zip(&other.links) {
            let shape = other.shape(node);
            let read = *numbers.get(usize::from(link))?;
            let taken = self
                .readers(read)
                .find(|reader| !numbers.contains(reader) && self.shape(*reader) == shape)?;
            numbers.push(taken);
        }
        Some(numbers.into_iter().skip(1).map(|number| number - 1).collect())
    }

    /// The tree from a node on, in brackets: equal where two trees are the same but for the order of their branches.
    fn shape(&self, node: usize) -> String {
        let mut branches: Vec<String> = self.readers(node).map(|reader| self.shape(reader)).collect();
        branches.sort_unstable();
        format!("({})", branches.concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wiring(digits: &str) -> Wiring {
        let links = digits.bytes().map(|digit| u16::from(digit - b'0')).collect();
        Wiring::new(links).unwrap()
    }

    #[test]
    fn a_node_reads_an_earlier_one() {
        assert_eq!(Wiring::new(vec![0, 2, 0]), Err(1));
        assert_eq!(Wiring::new(vec![1]), Err(0));
        assert_eq!(Wiring::new(vec![0, 1, 2]).unwrap().digits(), "012");
    }

    #[test]
    fn wirings_are_the_same_in_another_order_of_nodes() {
        assert_eq!(wiring("0010").order_as(&wiring("0001")), Some(vec![0, 1, 3, 2]));
        assert_eq!(wiring("0102").order_as(&wiring("0013")), Some(vec![0, 2, 1, 3]));
        assert_eq!(wiring("0103").order_as(&wiring("0012")), Some(vec![0, 2, 1, 3]));
        // The node with a reader takes the place of the first of two that read node 1.
        assert_eq!(wiring("0113").order_as(&wiring("0112")), Some(vec![0, 2, 1, 3]));
        assert_eq!(wiring("0113").order_as(&wiring("0122")), None);
        assert_eq!(wiring("012").order_as(&wiring("0123")), None);
    }

    #[test]
    fn nodes_keep_their_links_in_another_order() {
        let all = (0..24_u16).map(|code| wiring(&format!("0{}{}{}", code % 2, code / 2 % 3, code / 6)));
        for one in all.clone() {
            for other in all.clone() {
                let Some(order) = one.order_as(&other) else { continue };
                for (&taken, &link) in order.iter().zip(other.links()) {
                    let read = usize::from(one.links()[taken]);
                    assert_eq!(read, if link == 0 { 0 } else { order[usize::from(link) - 1] + 1 });
                }
            }
        }
    }
}
