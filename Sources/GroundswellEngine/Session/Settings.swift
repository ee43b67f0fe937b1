package import Rendering

/// How the shell shows outputs: `set NAME VALUE` changes a setting, `settings` lists them. Saved notebooks do not depend on them.
package struct Settings: Hashable, Sendable {
  /// The format of tables.
  package var format = TableFormat.table
  /// Whether outputs longer than the screen go through a pager.
  package var usesPager = true
  /// Whether a line under a result gives rows, time and source.
  package var showsTiming = true
  /// Whether tables and plots are drawn in ASCII; nil decides by the terminal's locale.
  package var ascii: Bool?

  package init() {}

  /// A setting's name, its values, and how to read and change it.
  struct Entry {
    let name: String
    let values: [String]
    let summary: String
    let value: @Sendable (Settings) -> String
    let set: @Sendable (inout Settings, String) -> Void
  }

  static let entries = [
    Entry(
      name: "format", values: TableFormat.allCases.map(\.rawValue), summary: "tables",
      value: { $0.format.rawValue }, set: { $0.format = TableFormat(rawValue: $1) ?? .table }),
    Entry(
      name: "pager", values: ["on", "off"],
      summary: "$PAGER for long outputs",
      value: { $0.usesPager ? "on" : "off" }, set: { $0.usesPager = $1 == "on" }),
    Entry(
      name: "timing", values: ["on", "off"], summary: "rows, time, source under a result",
      value: { $0.showsTiming ? "on" : "off" }, set: { $0.showsTiming = $1 == "on" }),
    Entry(
      name: "characters", values: ["auto", "unicode", "ascii"], summary: "characters of tables and plots",
      value: { $0.ascii.map { $0 ? "ascii" : "unicode" } ?? "auto" },
      set: { $0.ascii = $1 == "auto" ? nil : $1 == "ascii" }),
  ]

  static func entry(_ name: String) -> Entry? { entries.first { $0.name == name } }
}
