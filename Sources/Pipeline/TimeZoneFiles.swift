package import CivilTime
import DurableFiles

extension TimeZoneRules {
  /// Where Linux and macOS keep the tz database.
  private static let folder = "/usr/share/zoneinfo"

  /// The system's rules of a zone, `Europe/Berlin`.
  ///
  /// - Throws: ``UnknownTimeZone``
  package init(named name: String) throws(UnknownTimeZone) {
    guard Self.isName(name), let bytes = try? DurableFiles.read(Self.folder + "/" + name),
      let rules = TimeZoneRules(name: name, tzif: bytes)
    else {
      // Each line of the database's index: country, place, name.
      let index = (try? DurableFiles.read(Self.folder + "/tzdata.zi")).map { String(decoding: $0, as: UTF8.self) } ?? ""
      let zones = index.split(separator: "\n").compactMap { line -> String? in
        let words = line.split(separator: " ")
        return words.count > 1 && words[0] == "Z"
          ? String(words[1]) : words.count > 2 && words[0] == "L" ? String(words[2]) : nil
      }
      throw UnknownTimeZone(name: name, known: zones)
    }
    self = rules
  }
}

/// A time zone that this system does not know.
package struct UnknownTimeZone: Error, Hashable {
  package let name: String
  /// The zones that this system knows.
  package let known: [String]
}
