/// Texts end to end in one buffer: value `i` is `bytes[ends[i - 1]..<ends[i]]` (from 0 for the first), in UTF-8.
package struct StringValues: Hashable, Sendable {
  /// All texts end to end.
  package private(set) var bytes: [UInt8]
  /// One a value, ascending: where its bytes end.
  package private(set) var ends: [Int]

  package init() {
    bytes = []
    ends = []
  }

  /// - Precondition: `ends` ascends and its last is `bytes.count`.
  package init(bytes: [UInt8], ends: [Int]) {
    precondition((ends.last ?? 0) == bytes.count, "the last text must end with the buffer")
    self.bytes = bytes
    self.ends = ends
  }

  package init(_ texts: some Sequence<String>) {
    self.init()
    for text in texts { append(text.utf8) }
  }

  /// The number of values.
  package var count: Int { ends.count }

  /// Where the bytes of value `index` lie.
  package func range(_ index: Int) -> Range<Int> {
    (index == 0 ? 0 : ends[index - 1])..<ends[index]
  }

  /// The text; bytes that are not UTF-8 (``firstNotUTF8``) are replaced.
  package subscript(index: Int) -> String {
    String(decoding: bytes[range(index)], as: UTF8.self)
  }

  /// The first value whose bytes are not UTF-8; nil if all are text.
  package var firstNotUTF8: Int? {
    if bytes.reduce(0, |) < 0x80 { return nil }
    // Whole texts that end between two characters are text each.
    let isText =
      String(validating: bytes, as: UTF8.self) != nil
      && ends.allSatisfy { $0 == bytes.count || bytes[$0] & 0xC0 != 0x80 }
    return isText ? nil : (0..<count).first { String(validating: bytes[range($0)], as: UTF8.self) == nil }
  }

  /// Below, at or above 0 if the text's bytes come before, equal or come after `other`: the order of Unicode code points.
  package func compare(_ index: Int, to other: [UInt8]) -> Int {
    let range = range(index)
    for (place, byte) in zip(range, other) where bytes[place] != byte { return bytes[place] < byte ? -1 : 1 }
    return range.count - other.count
  }

  /// Adds a value at the end.
  package mutating func append(_ text: some Sequence<UInt8>) {
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
  }

  /// Makes room for `values` texts with `count` bytes in all.
  package mutating func reserve(values: Int, bytes count: Int) {
    ends.reserveCapacity(values)
    bytes.reserveCapacity(count)
  }
}
