/// A count with its noun, in the plural unless the count is 1: `1 event`, `2,356 events`.
///
/// - Parameter plural: for nouns that take more than an s, such as `anomalies`.
package func counted(_ count: some BinaryInteger, _ noun: String, _ plural: String? = nil) -> String {
  grouped(count) + " " + (count == 1 ? noun : plural ?? noun + "s")
}

/// A whole number with commas between its thousands: `2,356`.
package func grouped(_ count: some BinaryInteger) -> String {
  var digits = String(count)
  var groups: [String] = []
  while digits.count > 3, digits.first != "-" {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits = String(digits.dropLast(3))
  }
  return ([digits] + groups).joined(separator: ",")
}
