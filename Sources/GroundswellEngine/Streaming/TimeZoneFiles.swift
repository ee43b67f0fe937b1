import CivilTime
import DurableFiles
import Wording

extension TimeZoneRules {
  /// Where Linux and macOS keep the tz database.
  private static let folder = "/usr/share/zoneinfo"

  /// The system's rules of a zone, `Europe/Berlin`.
  ///
  /// - Throws: ``UnknownTimeZone``
  init(named name: String) throws(UnknownTimeZone) {
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
      throw UnknownTimeZone(name: name, closest: Suggestion.closest(to: name, in: zones))
    }
    self = rules
  }
}

/// A time zone that this system does not know.
struct UnknownTimeZone: WordFault, CustomStringConvertible {
  let name: String
  let closest: String?
  var wordAtFault: String? { name }

  var description: String {
    "unknown time zone '\(name)'\n"
      + (closest.map { "did you mean '\($0)'?" }
        ?? "name one of the tz database, like Europe/Berlin or UTC (the system's package tzdata has them)")
  }
}
