//! Logits and probabilities.

/// The logistic function: the probability that a logit stands for. Stable at both ends.
pub fn sigmoid(logit: f64) -> f64 {
    if logit >= 0.0 {
        1.0 / (1.0 + (-logit).exp())
    } else {
        let odds = logit.exp();
        odds / (1.0 + odds)
    }
}

/// The logit of a probability, kept finite.
pub fn logit(probability: f64) -> f64 {
    let probability = probability.clamp(1e-9, 1.0 - 1e-9);
    (probability / (1.0 - probability)).ln()
}

/// Turns logits into probabilities that sum to one.
pub fn softmax<const N: usize>(logits: [f64; N]) -> [f64; N] {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let odds = logits.map(|logit| (logit - largest).exp());
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
}
