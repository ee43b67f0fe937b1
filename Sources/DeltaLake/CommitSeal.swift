import DurableFiles
import JSONText

/// A checksum over all bytes of a commit that we write, since the protocol has none: a flipped bit in a name, a number or a
/// text of JSON mostly leaves JSON.
///
/// It is a member of `commitInfo`, in which a writer may say what it likes, and is taken while eight zeros stand in its place.
enum CommitSeal {
  /// Who wrote a commit with a checksum; without it, it is of ``engineWithoutSeal``.
  static let engine = "groundswell/0.1.0 crc32"
  private static let engineWithoutSeal = "groundswell/0.1.0"

  static let key = "groundswell.crc32"
  static let zeros = "00000000"

  private static let mark = Array("\"\(key)\":\"".utf8)
  private static let engineMark = Array("\"engineInfo\":\"groundswell/".utf8)
  private static let oldEngineMark = Array("\"engineInfo\":\"\(engineWithoutSeal)\"".utf8)

  /// The marks stand at a commit's beginning, as its first line's members are sorted.
  private static let reach = 256

  /// Puts the checksum into the place that the zeros keep.
  static func seal(_ commit: inout [UInt8]) {
    guard let place = place(in: commit) else { return }
    commit.replaceSubrange(place, with: digits(of: commit).utf8)
  }

  /// What is wrong with a commit of ours; nil if nothing is, and for another's.
  static func fault(in commit: [UInt8]) -> String? {
    guard let place = place(in: commit) else {
      // Either of the two marks such a commit, so that one flipped bit cannot hide it.
      let isOurs = start(of: engineMark, in: commit) != nil && start(of: oldEngineMark, in: commit) == nil
      return isOurs ? "the commit's checksum is missing" : nil
    }
    var blank = commit
    blank.replaceSubrange(place, with: zeros.utf8)
    return commit[place].elementsEqual(digits(of: blank).utf8) ? nil : "the commit's checksum is another"
  }

  private static func digits(of bytes: [UInt8]) -> String {
    let digits = String(bytes.withUnsafeBytes { CRC32.ethernet.checksum($0) }, radix: 16)
    return String(zeros.dropFirst(digits.utf8.count)) + digits
  }

  private static func place(in commit: [UInt8]) -> Range<Int>? {
    start(of: mark, in: commit).flatMap { start in
      let place = start + mark.count..<start + mark.count + zeros.utf8.count
      return place.upperBound <= commit.count ? place : nil
    }
  }

  private static func start(of mark: [UInt8], in commit: [UInt8]) -> Int? {
    (0..<min(reach, commit.count)).first { commit[$0...].starts(with: mark) }
  }
}
