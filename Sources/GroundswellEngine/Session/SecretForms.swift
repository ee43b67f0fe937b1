/// Finds secrets by their form: in connection strings, in addresses, behind `Bearer`.
enum SecretForms {
  /// A text with `…` for each secret.
  ///
  /// - Parameter isTyped: whether the text may hold options with values; the program's own texts only name options.
  static func masked(_ text: String, isTyped: Bool = false) -> String {
    var masked = text
    for form in forms(isTyped) {
      for range in form(masked).reversed() { masked.replaceSubrange(range, with: Secrets.mark) }
    }
    return masked
  }

  /// The secrets in a text.
  static func secrets(in text: String) -> [String] {
    forms(false).flatMap { form in form(text).map { String(text[$0]) } }.filter { $0 != Secrets.mark }
  }

  /// The range of the password in a text that is an address as a whole. The password may have any characters. The scheme may be
  /// missing if there are a user name and a password.
  static func password(inAddress text: String) -> Range<String.Index>? {
    let start = text.firstRange(of: "://")
    let rest = text[(start?.upperBound ?? text.startIndex)...]
    if start == nil {
      guard let colon = rest.firstIndex(of: ":"), !rest[..<colon].contains("/") else { return nil }
    }
    return secret(in: rest, at: "@", separator: ":", scheme: start.map { text[..<$0.lowerBound] } ?? "kafka")
  }

  private typealias Form = (String) -> [Range<String.Index>]

  private static func forms(_ isTyped: Bool) -> [Form] {
    [keys, parameters, userInformation, bearers] + (isTyped ? [options] : [])
  }

  /// In a connection string: `SharedAccessKey=…`, `AccountKey=…`.
  private static func keys(in text: String) -> [Range<String.Index>] {
    guard text.utf8.contains(UInt8(ascii: "=")) || text.utf8.contains(UInt8(ascii: "%")) else { return [] }
    return text.matches(
      of: #/(?i)(?:SharedAccess(?:Key|Signature)|AccountKey|AccessKey)\s*(?:=|%3D)\s*((?:(?!%3B|%26)[^;&'"\s])+)/#
    ).map { $0.1.startIndex..<$0.1.endIndex }
  }

  /// In an address or a connection string: `?sig=…`, `;Password=…`.
  private static func parameters(in text: String) -> [Range<String.Index>] {
    guard text.utf8.contains(UInt8(ascii: "=")) || text.utf8.contains(UInt8(ascii: "%")) else { return [] }
    return text.matches(
      of:
        #/
        (?i) (?: [?&;\#] | %3F | %26 | %3B ) (?: amp; )?
        (?: sig | signature | password | passwd | pwd | secret | client_secret | key | api[\-_]?key | x-api-key
          | (?: [a-z]+_ )? token | auth | authorization | x-amz-signature | x-amz-security-token | x-goog-signature )
        (?: = | %3D ) ( (?: (?! %26 | %3B ) [^&;\#'"<>\s] )+ )
        /#
    ).map { $0.1.startIndex..<$0.1.endIndex }
  }

  /// In an address: `//user:…@host`, and `//…@host`.
  private static func userInformation(in text: String) -> [Range<String.Index>] {
    guard text.utf8.contains(UInt8(ascii: "@")) || text.utf8.contains(UInt8(ascii: "%")) else { return [] }
    let plain = text.matches(of: #/(?<scheme>[A-Za-z][A-Za-z0-9+.\-]*):\/\/(?<rest>[^\s'"`<>]+)/#).compactMap { match in
      secret(in: match.rest, at: "@", separator: ":", scheme: match.scheme)
    }
    let encoded = text.matches(of: #/(?i)(?<scheme>[a-z][a-z0-9+.\-]*)%3A%2F%2F(?<rest>[^\s'"`<>]+)/#)
      .compactMap { match in secret(in: match.rest, at: "%40", separator: "%3A", scheme: match.scheme) }
    return plain + encoded
  }

  /// The text before the last `@`, without the user name. In a web address, an `@` behind the host belongs to the path.
  private static func secret(
    in rest: Substring, at mark: String, separator: String, scheme: Substring
  ) -> Range<String.Index>? {
    guard let last = rest.ranges(of: mark).last?.lowerBound else { return nil }
    let host = rest.prefix { !"/?#".contains($0) }
    let port = host.split(separator: ":", maxSplits: 1).dropFirst().first ?? ""
    let isPath = !host.contains(mark) && port.allSatisfy(\.isNumber) && scheme.lowercased() != "kafka"
    guard !isPath else { return nil }
    let information = rest[..<last]
    let secret = information.firstRange(of: separator).map { information[$0.upperBound...] } ?? information
    return secret.isEmpty ? nil : secret.startIndex..<secret.endIndex
  }

  /// In a header or a server's error: `Bearer …`.
  private static func bearers(in text: String) -> [Range<String.Index>] {
    guard text.utf8.contains(UInt8(ascii: "B")) || text.utf8.contains(UInt8(ascii: "b")) else { return [] }
    return text.matches(of: #/(?i)\b(?:bearer|authorization:\s*\w+)\s+([A-Za-z0-9+\/=._~\-%]{12,})/#).map {
      $0.1.startIndex..<$0.1.endIndex
    }
  }

  /// In a command within prose: `--password …`.
  private static func options(in text: String) -> [Range<String.Index>] {
    guard text.contains("--") else { return [] }
    return text.matches(
      of:
        #/
        (?i) -- (?: password | passwd | token | secret | api-?key ) (?: \s*=\s* | [\s\\]+ ) (?! env: | - | ['"]?… | [\s\\] )
        ( '[^']*'? | "[^"]*"? | [^\s'"]+ )
        /#
    ).map { $0.1.startIndex..<$0.1.endIndex }
  }
}
