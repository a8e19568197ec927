//! Token sequences of equal length, those of scores behind those of the architecture, without the steps that never differ.

use super::Scores;
use archcast_sdk::{ndarray::Axis, prelude::*};

/// What is known of the space's sequences, and which steps the network reads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Tokens {
    vocabulary: usize,
    padding: u32,
    length: usize,
    scores: Scores,
    /// Which steps are read, of the architecture's and then of the scores'.
    steps: Vec<usize>,
}

impl Tokens {
    /// Those of the training rows with the scores beside them, and the matrix of what the network reads: rows × steps.
    /// Unless all steps are wanted, those with one token in all rows that are learnt from are left out: they tell no row from
    /// another.
    ///
    /// # Errors
    /// `bad_data` where the header does not describe sequences, or a row does not keep to it.
    pub(crate) fn of(
        train: &Dataset<'_>,
        scores: Scores,
        learnt_from: &[usize],
        all_steps: bool,
    ) -> Result<(Self, Array2<u32>)> {
        let Some(info) = &train.header()?.sequences else {
            return Err(Error::bad_data("the header of the data does not describe the sequences"));
        };
        let (vocabulary, length) = (info.vocabulary.len(), info.length as usize);
        let steps = (0..length + scores.steps()).collect();
        let mut tokens = Self { vocabulary, padding: info.padding, length, scores, steps };
        let (matrix, known) = tokens.matrix(train, 0..train.rows())?;
        if let Some(row) = known.iter().position(|known| !known) {
            return Err(Error::bad_data(format!(
                "the sequence of row {row} is longer than {length} or has a token beyond {vocabulary}"
            )));
        }
        let differs = |step: &usize| {
            let column = matrix.column(*step);
            let mut tokens = learnt_from.iter().filter_map(|&row| column.get(row));
            let first = tokens.next();
            all_steps || tokens.any(|token| Some(token) != first)
        };
        tokens.steps.retain(differs);
        let matrix = matrix.select(Axis(1), &tokens.steps);
        Ok((tokens, matrix))
    }

    /// Steps that the network reads.
    pub(crate) fn len(&self) -> usize {
        self.steps.len()
    }

    /// Tokens 0, 1, … below this.
    pub(crate) fn vocabulary(&self) -> usize {
        self.vocabulary.saturating_add(self.scores.vocabulary())
    }

    /// What the network reads of these rows, and which of them keep to the header.
    ///
    /// # Errors
    /// `bad_data` where there are no sequences, or no features as the training rows have them.
    pub(crate) fn matrix(
        &self,
        data: &Dataset<'_>,
        rows: std::ops::Range<usize>,
    ) -> Result<(Array2<u32>, Vec<bool>)> {
        let (sequences, features) = (data.sequences()?, self.scores.source(data)?);
        let mut matrix = Array2::from_elem((rows.len(), self.steps.len()), self.padding);
        let mut known = Vec::with_capacity(rows.len());
        for (mut target, row) in matrix.axis_iter_mut(Axis(0)).zip(rows) {
            let tokens = sequences.row(row);
            let fits = |&token: &u32| (token as usize) < self.vocabulary;
            known.push(tokens.len() <= self.length && tokens.iter().all(fits));
            if known.last() == Some(&true) {
                let beside = features.map_or_else(Vec::new, |features| {
                    self.scores.tokens(&features, row, self.vocabulary as u32)
                });
                for (target, &step) in target.iter_mut().zip(&self.steps) {
                    let token = match step.checked_sub(self.length) {
                        None => tokens.get(step),
                        Some(step) => beside.get(step),
                    };
                    *target = token.copied().unwrap_or(self.padding);
                }
            } else {
                target.fill(0);
            }
        }
        Ok((matrix, known))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::header::SequenceInfo;

    fn data(rows: &[Vec<u32>]) -> DatasetBuilder<'static> {
        let vocabulary = ["pad", "a", "b"].map(str::to_owned).to_vec();
        let info = SequenceInfo { vocabulary, length: 4, padding: 0 };
        DatasetBuilder::new(rows.len()).sequences(rows).header(move |header| header.sequences = Some(info))
    }

    fn of(rows: &DatasetBuilder<'_>, all_steps: bool) -> Result<(Tokens, Array2<u32>)> {
        Tokens::of(&rows.view()?, Scores::default(), &[0, 1], all_steps)
    }

    #[test]
    fn steps_with_one_token_are_left_out_and_short_rows_padded() {
        let rows = data(&[vec![1, 2, 1], vec![1, 1, 1, 2]]);
        let (tokens, matrix) = of(&rows, false).unwrap();
        assert_eq!(matrix, Array2::from(vec![[2, 0], [1, 2]]));
        assert_eq!((tokens.len(), tokens.vocabulary()), (2, 3));
        assert_eq!(of(&rows, true).unwrap().1.dim(), (2, 4));
    }

    #[test]
    fn a_step_that_differs_in_rows_that_are_not_learnt_from_is_left_out() {
        let rows = data(&[vec![1, 2], vec![2, 2], vec![1, 1]]);
        let (tokens, matrix) = Tokens::of(&rows.view().unwrap(), Scores::default(), &[0, 1], false).unwrap();
        assert_eq!((tokens.len(), matrix), (1, Array2::from(vec![[1], [2], [1]])));
    }

    #[test]
    fn rows_that_do_not_keep_to_the_header_are_known() {
        for bad in [vec![1, 2, 1, 1, 1], vec![3]] {
            let rows = data(&[vec![1], bad]);
            let error = of(&rows, false).unwrap_err();
            assert!(error.message().starts_with("the sequence of row 1 is longer than 4"), "{error}");
            let (tokens, _) = of(&data(&[vec![1], vec![2]]), false).unwrap();
            assert_eq!(tokens.matrix(&rows.view().unwrap(), 0..2).unwrap().1, [true, false]);
        }
    }
}
