//! The cheapest way through a word.

/// A way through a word: where its steps end, in letters, and what it costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    pub ends: Vec<usize>,
    pub cost: f32,
}

/// The cheapest way through `length` letters. `steps(from, offer)` offers every step that may be
/// taken from a letter: where it ends and what it costs.
pub fn cheapest(
    length: usize,
    mut steps: impl FnMut(usize, &mut dyn FnMut(usize, f32)),
) -> Option<Path> {
    // To each letter: the cheapest cost, and where the last step began.
    let mut best: Vec<Option<(f32, usize)>> = vec![None; length + 1];
    best[0] = Some((0.0, 0));
    for from in 0..length {
        let Some((before, _)) = best[from] else { continue };
        steps(from, &mut |end, cost| {
            let total = before + cost;
            if best[end].is_none_or(|(known, _)| total < known) {
                best[end] = Some((total, from));
            }
        });
    }
    let (cost, _) = best[length]?;
    let mut ends = Vec::new();
    let mut end = length;
    while end > 0 {
        ends.push(end);
        end = best[end]?.1;
    }
    ends.reverse();
    Some(Path { ends, cost })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheapest_of_several_ways_is_taken() {
        let steps = [(0, 4, 2.0), (0, 2, 0.5), (2, 4, 1.0), (4, 6, 1.0)];
        let path = cheapest(6, |from, offer| {
            for (_, end, cost) in steps.iter().filter(|step| step.0 == from) {
                offer(*end, *cost);
            }
        });
        assert_eq!(path, Some(Path { ends: vec![2, 4, 6], cost: 2.5 }));
        assert_eq!(cheapest(5, |_, _| {}), None);
    }
}
