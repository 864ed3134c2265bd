//! The logarithm that counts are damped with: the same bits on every platform, and fast enough to be taken of every column.

/// `ln(1 + x)` for finite `x ≥ 0`, within 2·10⁻⁷ of one plus the result's size. Only additions, multiplications and divisions, so no
/// platform's mathematical library has a say in a verdict.
///
/// With `1 + x = m · 2ᵉ` and `√½ ≤ m < √2`, it is `e · ln 2 + 2 artanh((m − 1) / (m + 1))`, and the series of artanh needs five terms there.
#[inline]
pub(crate) fn ln_1p(x: f32) -> f32 {
    const ROOT_HALF: u32 = 0x3f35_04f3;
    let bits = (1.0 + x).to_bits().wrapping_sub(ROOT_HALF);
    #[allow(clippy::cast_possible_wrap)]
    let exponent = (bits as i32) >> 23;
    let m = f32::from_bits((bits & 0x007f_ffff) + ROOT_HALF);
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let series = 1.0 + square * (1.0 / 3.0 + square * (1.0 / 5.0 + square * (1.0 / 7.0 + square * (1.0 / 9.0))));
    exponent as f32 * std::f32::consts::LN_2 + 2.0 * s * series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_logarithm() {
        let mut x = 1e-6_f32;
        while x < 1e9 {
            let exact = f64::from(x).ln_1p();
            assert!((f64::from(ln_1p(x)) - exact).abs() <= 2e-7 * (1.0 + exact), "{x}");
            x *= 1.0007;
        }
        assert_eq!(ln_1p(0.0).to_bits(), 0);
    }

    #[test]
    fn it_grows_with_its_argument() {
        let values: Vec<f32> = (0..4000_u16).map(|step| ln_1p(f32::from(step) * 0.01)).collect();
        assert!(values.is_sorted(), "not monotonous");
    }
}
