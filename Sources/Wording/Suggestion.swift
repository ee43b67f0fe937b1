/// The nearest right word, for every "did you mean".
package enum Suggestion {
  /// The candidate with the fewest typing slips from `word`, ignoring case, else the only one that begins with it; nil
  /// when none is near.
  ///
  /// Near means up to a third of the word's length, and at least one slip: farther words look arbitrary to a reader.
  /// Of two equally near candidates the alphabetically first is taken, whatever the order of `candidates`.
  package static func closest(to word: String, in candidates: some Sequence<String>) -> String? {
    let typed = Array(word.lowercased())
    let limit = max(1, (typed.count + 1) / 3)
    let candidates = candidates.sorted()
    let completions = candidates.filter { typed.count > 1 && Array($0.lowercased()).starts(with: typed) }
    return
      candidates
      .map { (candidate: $0, slips: slips(from: typed, to: Array($0.lowercased()))) }
      .filter { $0.slips <= limit }
      .min { $0.slips < $1.slips }?.candidate ?? (completions.count == 1 ? completions[0] : nil)
  }

  /// Insertions, deletions, replacements and swaps of neighbours (Damerau 1964, in the form of optimal string alignment).
  private static func slips(from typed: [Character], to right: [Character]) -> Int {
    var twoBack: [Int] = []
    var previous = Array(0...right.count)
    for row in typed.indices {
      var current = [row + 1]
      for column in right.indices {
        var slips = min(
          previous[column + 1] + 1, current[column] + 1, previous[column] + (typed[row] == right[column] ? 0 : 1))
        if row > 0, column > 0, typed[row] == right[column - 1], typed[row - 1] == right[column] {
          slips = min(slips, twoBack[column - 1] + 1)
        }
        current.append(slips)
      }
      (twoBack, previous) = (previous, current)
    }
    return previous[right.count]
  }
}
