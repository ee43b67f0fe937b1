package import Rendering

/// What a session tells and asks the program around it. Each is left out where there is nobody to tell or ask.
package struct Listeners: Sendable {
  /// Hears of outputs as they come.
  package var outputs: (@Sendable (Output) -> Void)?
  /// Hears of how far a cell's work is.
  package var progress: @Sendable (Progress) -> Void = { _ in }
  /// Hears what queries in the background have to say.
  package var messages: @Sendable (String) -> Void = { _ in }
  /// Shows outputs in place of those that it showed before, for views that change.
  package var live: (@Sendable ([Output]) -> Void)?
  /// Hears of settings.
  package var settings: @Sendable (Settings) -> Void = { _ in }
  /// Lets the user edit a text; nil comes back where it was not saved.
  package var edit: (@Sendable (String) async throws -> String?)?
  /// What was typed at the prompt, oldest first.
  package var history: (@Sendable () async -> [String])?
  /// What `settings` lists beside the settings: paths, the version.
  package var surroundings: [(name: String, value: String)] = []

  package init() {}

  /// Whether a person is there to answer.
  var isConversation: Bool { edit != nil }
}
