import CivilTime
import DurableFiles

extension TimeZoneRules {
  /// Where Linux and macOS keep the tz database.
  private static let folder = "/usr/share/zoneinfo"

  /// The system's rules of a zone, `Europe/Berlin`.
  ///
  /// - Throws: ``UnknownName`` for a time zone that this system does not know.
  init(named name: String) throws(UnknownName) {
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
      throw UnknownName(
        kind: "time zone", name: name, known: zones,
        remedy: "name one of the tz database, like Europe/Berlin or UTC (the system's package tzdata has them)",
        listsKnown: false)
    }
    self = rules
  }
}
