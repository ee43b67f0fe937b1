import DurableFiles
import JSONText

/// A checksum over all bytes of a commit that we write, since the protocol has none: after a flipped bit in a name, a number or a
/// text, JSON mostly stays JSON.
///
/// The checksum is a member of `commitInfo`, which is free for writers, and is computed with eight zeros in its place.
enum CommitSeal {
  /// The writer's name in a commit with a checksum; ``engineWithoutSeal`` in one without.
  static let engine = "groundswell/0.1.0 crc32"
  private static let engineWithoutSeal = "groundswell/0.1.0"

  static let key = "groundswell.crc32"
  static let zeros = "00000000"

  private static let mark = Array("\"\(key)\":\"".utf8)
  private static let engineMark = Array("\"engineInfo\":\"groundswell/".utf8)
  private static let oldEngineMark = Array("\"engineInfo\":\"\(engineWithoutSeal)\"".utf8)

  /// The marks stand near a commit's beginning, since its first line's members are sorted.
  private static let reach = 256

  /// Replaces the zeros by the checksum.
  static func seal(_ commit: inout [UInt8]) {
    guard let range = range(in: commit) else { return }
    commit.replaceSubrange(range, with: digits(of: commit).utf8)
  }

  /// Why a commit of ours is damaged; nil if it is whole, or another writer's.
  static func fault(in commit: [UInt8]) -> String? {
    guard let range = range(in: commit) else {
      // Either of two marks identifies such a commit, so that one flipped bit cannot hide it.
      let isOurs = start(of: engineMark, in: commit) != nil && start(of: oldEngineMark, in: commit) == nil
      return isOurs ? "the commit's checksum is missing" : nil
    }
    var blank = commit
    blank.replaceSubrange(range, with: zeros.utf8)
    return commit[range].elementsEqual(digits(of: blank).utf8) ? nil : "the commit's checksum is another"
  }

  private static func digits(of bytes: [UInt8]) -> String {
    let digits = String(bytes.withUnsafeBytes { CRC32.ethernet.checksum($0) }, radix: 16)
    return String(zeros.dropFirst(digits.utf8.count)) + digits
  }

  private static func range(in commit: [UInt8]) -> Range<Int>? {
    start(of: mark, in: commit).flatMap { start in
      let range = start + mark.count..<start + mark.count + zeros.utf8.count
      return range.upperBound <= commit.count ? range : nil
    }
  }

  private static func start(of mark: [UInt8], in commit: [UInt8]) -> Int? {
    (0..<min(reach, commit.count)).first { commit[$0...].starts(with: mark) }
  }
}
