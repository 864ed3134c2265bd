//! Logits and probabilities. Exponentials and logarithms are those of the `libm` crate, not of the platform, so that they have the same bits
//! everywhere.

/// The logistic function: the probability that a logit stands for. Stable at both ends.
pub fn sigmoid(logit: f64) -> f64 {
    if logit >= 0.0 {
        1.0 / (1.0 + libm::exp(-logit))
    } else {
        let odds = libm::exp(logit);
        odds / (1.0 + odds)
    }
}

/// The logit of a probability, kept finite.
pub fn logit(probability: f64) -> f64 {
    let probability = probability.clamp(1e-9, 1.0 - 1e-9);
    libm::log(probability / (1.0 - probability))
}

/// Turns logits into probabilities that sum to one.
pub fn softmax<const N: usize>(logits: [f64; N]) -> [f64; N] {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let odds = logits.map(|logit| libm::exp(logit - largest));
    let sum: f64 = odds.iter().sum();
    odds.map(|odd| odd / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sigmoid_is_stable_and_inverse_to_logit() {
        assert!(sigmoid(-800.0) >= 0.0 && sigmoid(-800.0) < 1e-300);
        assert!((sigmoid(800.0) - 1.0).abs() < 1e-15);
        for probability in [0.01, 0.5, 0.8] {
            assert!((sigmoid(logit(probability)) - probability).abs() < 1e-12);
        }
        assert!((softmax([1000.0, 1000.0])[0] - 0.5).abs() < 1e-12);
    }

    /// To the last bit, on every platform. Mathematical libraries round the last bit otherwise, one than another: that of GNU does for these.
    #[test]
    fn numbers_have_the_same_bits_everywhere() {
        assert_eq!([-7.9, -4.4].map(|at| sigmoid(at).to_bits()), [0x3f38_49bd_40f1_a41d, 0x3f88_d6ca_fcdf_7a5e]);
        assert_eq!([0.041, 0.127].map(|at| logit(at).to_bits()), [0xc009_37f3_0735_8218, 0xbffe_d80e_c76e_7cec]);
        let shares = [0x3fb6_9cce_62fe_d392, 0x3f9e_1bb4_6bcc_0b96, 0x3fe7_150c_0008_d027, 0x3fc4_99f2_40e3_d42e];
        assert_eq!(softmax([0.1, -1.0, 2.2, 0.7]).map(f64::to_bits), shares);
    }
}
