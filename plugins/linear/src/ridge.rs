//! Ridge regression (Hoerl and Kennard, Technometrics 1970) with the penalty by leave-one-out in closed form.
//!
//! Features and target are centred, so the intercept is not penalised. With the thin singular value decomposition
//! `X = U S Vᵀ` of the centred n × d matrix, the coefficients are `V (S² + λ)⁻¹ S Uᵀ y`, and the residual of row i
//! when it is left out is `eᵢ / (1 − hᵢ)`, where `hᵢ = 1/n + Σⱼ uᵢⱼ² sⱼ² / (sⱼ² + λ)` (Golub, Heath and Wahba,
//! Technometrics 1979). One decomposition serves every penalty of the grid.
//!
//! Cost: fit O(n d min(n, d)), predict O(d) a row. Deterministic; draws no random numbers.

use archcast_sdk::prelude::*;
use faer::{Mat, MatRef};

/// A fitted ridge regression.
#[derive(Debug, Serialize, Deserialize)]
pub struct Ridge {
    coefficients: Array1<f64>,
    intercept: f64,
    /// Standard deviation of each feature over training rows: makes importances comparable.
    spread: Array1<f64>,
    penalty: f64,
}

/// Parameters of [`Ridge`].
#[derive(Debug, Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Squared penalty on the coefficients; left out, it is chosen by leave-one-out from 25 values between 1e-3 and
    /// 1e3 times the mean squared singular value.
    #[schemars(range(min = 0.0, max = 1e12), extend("x-tune" = {"low": 1e-3, "high": 1e3, "log": true}))]
    pub penalty: Option<f64>,
}

/// The decomposition of a centred training matrix.
struct Decomposition {
    u: Mat<f64>,
    v: Mat<f64>,
    singular: Vec<f64>,
    /// `Uᵀ y`.
    projected: Vec<f64>,
}

impl Decomposition {
    fn new(rows: &Array2<f64>, targets: &Array1<f64>) -> Result<Self> {
        let matrix = Mat::from_fn(rows.nrows(), rows.ncols(), |i, j| rows[[i, j]]);
        let svd = MatRef::thin_svd(&matrix.as_ref()).map_err(|_| {
            Error::numerical("the singular value decomposition of the features did not converge")
        })?;
        let singular: Vec<f64> = svd.S().column_vector().iter().copied().collect();
        let u = svd.U().to_owned();
        let projected =
            (0..singular.len()).map(|j| (0..targets.len()).map(|i| u[(i, j)] * targets[i]).sum()).collect();
        Ok(Self { u, v: svd.V().to_owned(), singular, projected })
    }

    /// Singular values below this are zero but for rounding.
    fn tolerance(&self) -> f64 {
        let largest = self.singular.first().copied().unwrap_or(0.0);
        largest * f64::EPSILON * self.u.nrows().max(self.v.nrows()) as f64
    }

    /// `s² / (s² + λ)` for each singular value.
    fn shrinkage(&self, penalty: f64) -> Vec<f64> {
        let tolerance = self.tolerance();
        let shrink = |&s: &f64| if s <= tolerance { 0.0 } else { s * s / (s * s + penalty) };
        self.singular.iter().map(shrink).collect()
    }

    fn coefficients(&self, penalty: f64) -> Array1<f64> {
        let shrinkage = self.shrinkage(penalty);
        let mut coefficients = Array1::zeros(self.v.nrows());
        for (j, &shrink) in shrinkage.iter().enumerate() {
            if shrink > 0.0 {
                let weight = shrink / self.singular[j] * self.projected[j];
                for (k, coefficient) in coefficients.iter_mut().enumerate() {
                    *coefficient += self.v[(k, j)] * weight;
                }
            }
        }
        coefficients
    }

    /// Mean squared leave-one-out residual; infinite where a row's own leverage is 1.
    fn leave_one_out(&self, targets: &Array1<f64>, penalty: f64) -> f64 {
        let shrinkage = self.shrinkage(penalty);
        let n = targets.len();
        let mut total = 0.0;
        for i in 0..n {
            let (mut fitted, mut leverage) = (0.0, 1.0 / n as f64);
            for (j, &shrink) in shrinkage.iter().enumerate() {
                let u = self.u[(i, j)];
                fitted += u * shrink * self.projected[j];
                leverage += u * u * shrink;
            }
            let rest = 1.0 - leverage;
            if rest < 1e-10 {
                return f64::INFINITY;
            }
            total += ((targets[i] - fitted) / rest).powi(2);
        }
        total / n as f64
    }

    /// The penalty of the grid with the smallest leave-one-out error; the larger one where two are equal.
    fn choose_penalty(&self, targets: &Array1<f64>) -> f64 {
        let count = self.singular.len().max(1) as f64;
        let scale = self.singular.iter().map(|s| s * s).sum::<f64>() / count;
        if scale <= 0.0 {
            return 1.0;
        }
        let mut best = (f64::INFINITY, scale);
        for step in (0..25).rev() {
            let penalty = scale * 10f64.powf(-3.0 + 6.0 * f64::from(step) / 24.0);
            let error = self.leave_one_out(targets, penalty);
            if error < best.0 {
                best = (error, penalty);
            }
        }
        best.1
    }
}

impl Predictor for Ridge {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("ridge", Family::ModelBased)
        .summary("Linear regression with a squared penalty, chosen by leave-one-out.")
        .cite("Hoerl and Kennard, Ridge Regression: Biased Estimation for Nonorthogonal Problems, Technometrics 1970")
        .cite("Golub, Heath and Wahba, Generalized Cross-Validation as a Method for Choosing a Good Ridge Parameter, Technometrics 1979")
        .complexity("fit O(n d min(n, d)), predict O(d) a row")
        .needs(&[Input::Features])
        .minimum_rows(1)
        .gives(Gives::Value)
        .score_form(ScoreForm::Standard);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let mut rows = train.features()?.complete()?.to_owned();
        let mut targets = train.targets()?.to_owned();
        let n = targets.len() as f64;
        let means: Array1<f64> = rows.columns().into_iter().map(|column| column.sum() / n).collect();
        let target_mean = targets.sum() / n;
        rows -= &means;
        targets -= target_mean;
        let spread =
            rows.columns().into_iter().map(|c| (c.iter().map(|x| x * x).sum::<f64>() / n).sqrt()).collect();

        let decomposition = Decomposition::new(&rows, &targets)?;
        cx.check()?;
        let penalty = params.penalty.unwrap_or_else(|| decomposition.choose_penalty(&targets));
        let coefficients = decomposition.coefficients(penalty);
        let intercept = target_mean - coefficients.dot(&means);
        if !intercept.is_finite() || coefficients.iter().any(|c| !c.is_finite()) {
            return Err(Error::numerical(
                "the coefficients overflow; scale the features or give a larger `penalty`",
            ));
        }
        Ok(Self { coefficients, intercept, spread, penalty })
    }

    fn predict(&self, queries: &Dataset<'_>, _cx: &Context<'_>) -> Result<Predictions> {
        let features = queries.features()?;
        let values = features.values();
        if values.ncols() != self.coefficients.len() {
            return Err(Error::bad_data(format!(
                "{} features, but the model was fitted on {}",
                values.ncols(),
                self.coefficients.len()
            )));
        }
        let means: Vec<f64> =
            values.rows().into_iter().map(|row| row.dot(&self.coefficients) + self.intercept).collect();
        let mut predictions = Predictions::values(means);
        for row in (0..queries.rows()).filter(|&row| !features.row_is_complete(row)) {
            predictions.set_missing(row, "a feature is missing");
        }
        Ok(predictions)
    }

    fn importance(&self) -> Option<Vec<f64>> {
        Some(self.coefficients.iter().zip(&self.spread).map(|(c, s)| (c * s).abs()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::{LocalServices, ndarray::Axis, parameters::schema_of, serde_json::json};

    const ROWS: Axis = Axis(0);

    fn fit(params: &Params, data: &DatasetBuilder<'_>) -> Ridge {
        let services = LocalServices::new(0);
        Ridge::fit(params, &data.view().unwrap(), &Context::new(&services, &|_| None)).unwrap()
    }

    /// 6 rows, 2 features.
    fn sample() -> (Vec<f64>, Vec<f64>) {
        (
            vec![1.0, 2.0, 2.0, 0.5, 3.0, -1.0, 4.0, 0.0, 5.0, 2.5, 6.0, 1.0],
            vec![1.2, 1.9, 3.3, 3.8, 5.1, 6.4],
        )
    }

    #[test]
    fn every_law_holds() {
        archcast_sdk::conformance::check::<Ridge>();
    }

    #[test]
    fn the_schema_gives_the_range_to_search_in_the_words_that_the_host_reads() {
        let penalty = &schema_of::<Params>()["properties"]["penalty"];
        assert_eq!(penalty["x-tune"], json!({ "low": 1e-3, "high": 1e3, "log": true }));
    }

    #[test]
    fn coefficients_solve_the_normal_equations() {
        let (rows, targets) = sample();
        let data = DatasetBuilder::new(6).features(&["a", "b"], rows).targets(targets);
        let model = fit(&Params { penalty: Some(2.0) }, &data);
        // (XᵀX + 2 I) w = Xᵀ y of the centred rows, by Cramer's rule.
        let (sxx, sxz, szz, sxy, szy) = normal_equations();
        let determinant = (sxx + 2.0) * (szz + 2.0) - sxz * sxz;
        let expected =
            [((szz + 2.0) * sxy - sxz * szy) / determinant, ((sxx + 2.0) * szy - sxz * sxy) / determinant];
        for (have, want) in model.coefficients.iter().zip(expected) {
            assert!((have - want).abs() < 1e-12, "{have} {want}");
        }
    }

    fn normal_equations() -> (f64, f64, f64, f64, f64) {
        let (rows, targets) = sample();
        let x: Vec<f64> = rows.iter().step_by(2).copied().collect();
        let z: Vec<f64> = rows.iter().skip(1).step_by(2).copied().collect();
        let mean = |values: &[f64]| values.iter().sum::<f64>() / 6.0;
        let product =
            |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(p, q)| (p - mean(a)) * (q - mean(b))).sum::<f64>();
        (product(&x, &x), product(&x, &z), product(&z, &z), product(&x, &targets), product(&z, &targets))
    }

    #[test]
    fn the_leave_one_out_error_equals_fitting_without_each_row() {
        let (rows, targets) = sample();
        let matrix = Array2::from_shape_vec((6, 2), rows).unwrap();
        let all = Array1::from(targets);
        for penalty in [0.1, 1.0, 10.0] {
            let mut total = 0.0;
            for out in 0..6 {
                let keep: Vec<usize> = (0..6).filter(|&row| row != out).collect();
                let x = matrix.select(ROWS, &keep);
                let y = all.select(ROWS, &keep);
                let data = DatasetBuilder::new(5)
                    .features(&["a", "b"], x.iter().copied().collect::<Vec<_>>())
                    .targets(y.to_vec());
                let model = fit(&Params { penalty: Some(penalty) }, &data);
                let predicted = matrix.row(out).dot(&model.coefficients) + model.intercept;
                total += (all[out] - predicted).powi(2);
            }
            let centred = &matrix - &matrix.mean_axis(ROWS).unwrap();
            let y = &all - all.mean().unwrap();
            let decomposition = Decomposition::new(&centred, &y).unwrap();
            let closed = decomposition.leave_one_out(&y, penalty);
            assert!((closed - total / 6.0).abs() < 1e-12 * closed.max(1.0), "{closed} {}", total / 6.0);
        }
    }

    #[test]
    fn one_row_and_a_constant_target_predict_that_target() {
        for n in [1, 4] {
            let data = DatasetBuilder::new(n)
                .features(&["a"], (0..n).map(|i| i as f64).collect::<Vec<_>>())
                .targets(vec![7.5; n]);
            let model = fit(&Params::default(), &data);
            assert!((model.intercept - 7.5).abs() < 1e-12);
            assert!(model.coefficients[0].abs() < 1e-12);
        }
    }

    #[test]
    fn a_rank_deficient_matrix_has_the_least_norm_answer_without_a_penalty() {
        let x = [1.0, 2.0, 3.0, 4.0];
        let data = DatasetBuilder::new(4)
            .features(&["a", "b"], x.iter().flat_map(|&v| [v, v]).collect::<Vec<_>>())
            .targets(x.iter().map(|v| 2.0 * v).collect::<Vec<_>>());
        let model = fit(&Params { penalty: Some(0.0) }, &data);
        assert!(model.coefficients.iter().all(|c| (c - 1.0).abs() < 1e-10), "{:?}", model.coefficients);
    }

    #[test]
    fn a_row_with_a_missing_feature_is_missing_and_the_others_go_on() {
        let (rows, targets) = sample();
        let model =
            fit(&Params::default(), &DatasetBuilder::new(6).features(&["a", "b"], rows).targets(targets));
        let infos = DatasetBuilder::new(0).features(&["a", "b"], vec![]);
        let infos = infos.view().unwrap().header().unwrap().features.clone();
        let queries =
            DatasetBuilder::new(2).feature_matrix(infos, vec![1.0, f64::NAN, 1.0, 2.0], vec![1, 0, 1, 1]);
        let services = LocalServices::new(0);
        let predictions =
            model.predict(&queries.view().unwrap(), &Context::new(&services, &|_| None)).unwrap();
        assert_eq!(predictions.reason(0), Some("a feature is missing"));
        assert!(predictions.reason(1).is_none());
    }
}
