import Synchronization

/// The keys and passwords of a session, which no history, notebook or message may show.
///
/// Masks words that are secrets by their meaning (``SecretWords``), texts of secrets that the session has seen, wherever they
/// occur again, and texts with the form of a secret (``SecretForms``).
package final class Secrets: Sendable {
  /// Replaces a secret.
  static let mark = "…"
  /// Shorter texts occur by chance.
  private static let leastLength = 4
  /// Shorter texts are secrets only as whole words.
  private static let leastLengthWithinWords = 8

  private let words: SecretWords

  /// - Parameter commands: say which of their words are secrets.
  init(commands: CommandSet) { words = SecretWords(commands: commands) }

  /// The spellings of the secrets that were seen, the longest first.
  private let seen = Mutex<[String]>([])

  /// Masks a text from now on, and its spellings in addresses, JSON and HTML.
  func note(_ text: String) {
    let spellings = Self.spellings(of: text).filter { $0.count >= Self.leastLength }
    guard !spellings.isEmpty else { return }
    seen.withLock { seen in
      let new = spellings.subtracting(seen)
      if !new.isEmpty { seen = (seen + new).sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) } }
    }
  }

  /// Masks the secrets in a command's words from now on.
  func note(in words: [String]) {
    for found in self.words.find(in: words) { found.secrets.forEach(note) }
  }

  /// Masks the secrets in a cell from now on.
  func note(in cell: Cell) { words.secrets(in: cell.text).forEach(note) }

  /// A text of the program with its secrets masked.
  package func masked(_ text: String) -> String { SecretForms.masked(withoutSeen(text)) }

  /// A text that was typed, with its secrets masked.
  func masked(prose text: String) -> String { SecretForms.masked(withoutSeen(text), isTyped: true) }

  /// A cell's text with its secrets masked.
  package func masked(cell text: String) -> String { masked(prose: words.masked(cell: text)) }

  private func withoutSeen(_ text: String) -> String {
    var text = text
    for secret in seen.withLock({ $0 }) where text.contains(secret) {
      if secret.count >= Self.leastLengthWithinWords {
        text = text.replacing(secret, with: Self.mark)
      } else {
        for range in text.ranges(of: secret).reversed() where Self.isWholeWord(range, in: text) {
          text.replaceSubrange(range, with: Self.mark)
        }
      }
    }
    return text
  }

  private static func isWholeWord(_ range: Range<String.Index>, in text: String) -> Bool {
    let before = text[..<range.lowerBound].last
    let after = range.upperBound < text.endIndex ? text[range.upperBound] : nil
    return [before, after].allSatisfy { $0.map { !$0.isLetter && !$0.isNumber } ?? true }
  }

  private static func spellings(of text: String) -> Set<String> {
    let plain = PercentEncoding.decoded(text)
    return [
      text, plain, PercentEncoding.encoded(plain), PercentEncoding.encoded(plain).lowercasedEscapes,
      plain.replacing(" ", with: "+"), plain.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""),
      plain.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        .replacing("\"", with: "&quot;"),
    ]
  }
}

/// Percent-encoding, as in addresses (RFC 3986).
enum PercentEncoding {
  static func encoded(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
      let scalar = Unicode.Scalar(byte)
      let isUnreserved = byte < 0x80 && (scalar.properties.isAlphabetic || (0x30...0x39).contains(byte))
      if isUnreserved || "-._~".unicodeScalars.contains(scalar) {
        encoded.unicodeScalars.append(scalar)
      } else {
        encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return encoded
  }

  /// The decoded text; the text itself if it does not decode to UTF-8.
  static func decoded(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      if byte == UInt8(ascii: "%"), digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit),
        let decoded = UInt8(digits, radix: 16)
      {
        bytes.append(decoded)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self) ?? text
  }
}

extension String {
  /// With `%3a` instead of `%3A`.
  fileprivate var lowercasedEscapes: String {
    replacing(#/%[0-9A-F]{2}/#) { $0.output.lowercased() }
  }
}
