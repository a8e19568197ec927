//! An image's code has a bit for each rectification: whether its input is positive. `K_nm` is the number of equal bits of two
//! codes, and `S = ln |det K|` (Mellor, Turner, Storkey and Crowley, ICML 2021).
//!
//! Every use of a rectification counts. With P the products of codes, r their sums and u the units, `K = 2 P + u − r_n − r_m`:
//! one product in place of two, and exact. Scores of other batch sizes do not compare.

use super::{Alone, Proxy, Score};
use crate::{
    fault::{Fault, Outcome, finite},
    torch::net::number,
};
use tch::{Device, Kind, Tensor};

/// As a predictor of its own.
pub type Naswot = Alone<Formula>;

/// What the predictor says of itself.
#[derive(Debug)]
pub struct Formula;

impl Proxy for Formula {
    const SCORE: Score = Score::Naswot;
    const SUMMARY: &'static str =
        "How many rectifications tell two images of a batch apart, by the determinant of a kernel.";
    const CITES: &'static [&'static str] =
        &["Mellor, Turner, Storkey and Crowley, Neural Architecture Search without Training, ICML 2021"];
}

/// Units whose sums are exact in single precision.
const EXACT: i64 = 1 << 24;

/// The kernel of a batch in the making. All numbers are whole, so sums are exact in any order.
#[derive(Debug, Default)]
pub struct Kernel {
    /// The products of codes.
    products: Option<Tensor>,
    /// The length of codes.
    units: i64,
}

impl Kernel {
    /// Takes in the input of a rectification that is used so often.
    pub fn add(&mut self, input: &Tensor, uses: usize) -> Outcome<()> {
        let codes = input.f_detach()?.f_gt(0.0)?.f_flatten(1, -1)?;
        let units = codes.size().get(1).copied().unwrap_or(0);
        let kind = if units < EXACT { Kind::Float } else { Kind::Double };
        let codes = codes.f_to_kind(kind)?;
        let mut products = codes.f_matmul(&codes.f_transpose(0, 1)?)?.f_to_kind(Kind::Double)?;
        if uses != 1 {
            products = products.f_mul_scalar(uses as f64)?;
        }
        self.products = Some(match self.products.take() {
            Some(sum) => sum.f_add(&products)?,
            None => products,
        });
        self.units += units * uses as i64;
        Ok(())
    }

    /// The numbers of equal bits, images × images, on the processor.
    ///
    /// # Errors
    /// A network without rectifications.
    pub fn matrix(&self) -> Outcome<Tensor> {
        let Some(products) = &self.products else {
            return Err(Fault::Other("the network rectifies nothing, so images have no codes".into()));
        };
        // The matrix is small: a processor is the faster one from here on.
        let products = products.f_to_device(Device::Cpu)?;
        let sums = products.f_diagonal(0, 0, 1)?;
        let apart = sums.f_unsqueeze(0)?.f_add(&sums.f_unsqueeze(1)?)?;
        Ok(products.f_mul_scalar(2.0)?.f_sub(&apart)?.f_add_scalar(self.units as f64)?)
    }
}

/// The score of a batch with this kernel.
pub fn score(kernel: &Kernel) -> Outcome<f64> {
    let (_, logarithm) = kernel.matrix()?.f_slogdet()?;
    finite(number(&logarithm)?, "the logarithm of the determinant: two images have one code; it")
}

#[cfg(test)]
mod tests {
    use crate::proxy::vector::Vector;

    #[test]
    fn it_is_that_of_the_reference() {
        Vector::check(24.584768, 1e-7, |vector| super::score(&vector.codes()).unwrap());
        let matrix = Vector::new(tch::Kind::Float).codes().matrix().unwrap();
        let entries =
            [(0, 0, 640), (0, 1, 305), (0, 2, 365), (0, 3, 311), (1, 2, 334), (1, 3, 338), (2, 3, 328)];
        for (row, column, equal) in entries {
            assert_eq!(matrix.double_value(&[row, column]), f64::from(equal));
        }
    }

    #[test]
    fn a_rectification_that_is_used_twice_counts_twice() {
        let x = tch::Tensor::from_slice(&[1.0, -1.0, 1.0, 1.0]).reshape([2, 2]);
        let (mut twice, mut once) = (super::Kernel::default(), super::Kernel::default());
        twice.add(&x, 2).unwrap();
        once.add(&x, 1).unwrap();
        once.add(&x, 1).unwrap();
        assert_eq!(super::score(&twice).unwrap(), super::score(&once).unwrap());
    }
}
