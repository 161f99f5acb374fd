//! About how many different numbers were seen, in a few bytes: exactly while they are few, else as `HyperLogLog` has it (Flajolet et al.,
//! 2007) with 1,024 registers, which errs by three per cent.

use std::collections::HashSet;

/// So many are kept as they are.
const FEW: usize = 64;
const BITS: u32 = 10;
const REGISTERS: usize = 1 << BITS;

/// Numbers, which must be hashes, as far as counting them needs.
#[derive(Debug)]
pub(super) enum Sketch {
    Few(HashSet<u64>),
    Many(Box<[u8; REGISTERS]>),
}

impl Default for Sketch {
    fn default() -> Self {
        Self::Few(HashSet::new())
    }
}

impl Sketch {
    pub(super) fn add(&mut self, hash: u64) {
        match self {
            Self::Few(few) => {
                few.insert(hash);
                if few.len() > FEW {
                    let mut registers = Box::new([0; REGISTERS]);
                    for hash in few.iter() {
                        note(&mut registers, *hash);
                    }
                    *self = Self::Many(registers);
                }
            }
            Self::Many(registers) => note(registers, hash),
        }
    }

    /// About how many there were.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an estimate, far below 2^52")]
    pub(super) fn count(&self) -> u64 {
        let registers = match self {
            Self::Few(few) => return few.len() as u64,
            Self::Many(registers) => registers,
        };
        let m = REGISTERS as f64;
        let estimate = 0.7213 / (1.0 + 1.079 / m) * m * m / registers.iter().map(|rank| 0.5_f64.powi(i32::from(*rank))).sum::<f64>();
        let empty = registers.iter().map(|rank| usize::from(*rank == 0)).sum::<usize>();
        // While registers are empty, their number says more.
        let counted = if estimate <= 2.5 * m && empty > 0 { m * (m / empty as f64).ln() } else { estimate };
        counted.round() as u64
    }
}

fn note(registers: &mut [u8; REGISTERS], hash: u64) {
    let register = usize::try_from(hash >> (64 - BITS)).unwrap_or_default();
    // The place of the first bit that is set in the rest.
    let rank = (hash << BITS).leading_zeros().min(64 - BITS) + 1;
    registers[register] = registers[register].max(u8::try_from(rank).unwrap_or(u8::MAX));
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    fn hash(number: u64) -> u64 {
        let digest = Sha256::digest(number.to_be_bytes());
        u64::from_be_bytes(std::array::from_fn(|at| digest[at]))
    }

    #[test]
    fn few_are_counted_exactly_and_many_nearly() {
        let mut sketch = Sketch::default();
        for (count, allowed) in [(1, 0), (FEW as u64, 0), (1_000, 60), (20_000, 2_000), (300_000, 30_000)] {
            (0..count).for_each(|number| sketch.add(hash(number)));
            // Seen twice is seen once.
            (0..count.min(500)).for_each(|number| sketch.add(hash(number)));
            assert!(sketch.count().abs_diff(count) <= allowed, "{} for {count}", sketch.count());
        }
    }

    #[test]
    fn no_hash_is_out_of_bounds() {
        let mut sketch = Sketch::Many(Box::new([0; REGISTERS]));
        for hash in [0, u64::MAX, 1, 1 << 53, 1 << 63] {
            sketch.add(hash);
        }
        assert!(sketch.count() >= 1);
    }
}
