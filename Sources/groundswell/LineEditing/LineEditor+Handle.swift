import CLineEditor

extension LineEditor {
  /// libedit's editor, freed with this object.
  ///
  /// Sendable, since `wake` alone is called from outside the actor, and may be from any thread: it writes a byte to a
  /// pipe that stays open as long as this object.
  final class Handle: @unchecked Sendable {
    private let editor: OpaquePointer

    init?() {
      let callbacks = line_editor_callbacks(
        complete: { context in Handle.reader(in: context)?.assumeIsolated { $0.complete() } ?? false },
        is_complete: { context in Handle.reader(in: context)?.assumeIsolated { $0.isComplete() } ?? true },
        woken: { context in Handle.reader(in: context)?.assumeIsolated { $0.showMessages() } })
      guard let editor = line_editor_create("groundswell", callbacks) else { return nil }
      self.editor = editor
    }

    deinit { line_editor_destroy(editor) }

    private static func reader(in context: UnsafeMutableRawPointer?) -> LineEditor? {
      context.map { Unmanaged<LineEditor>.fromOpaque($0).takeUnretainedValue() }
    }

    func wake() { line_editor_wake(editor) }

    /// Waits for a line. libedit calls the actor back during the call, which is one of its own and keeps it alive.
    func read(for reader: LineEditor, prompt: String, initial: String) -> Input {
      let context = Unmanaged.passUnretained(reader).toOpaque()
      var text: UnsafePointer<CChar>?
      var length = 0
      switch line_editor_read(editor, context, prompt, initial, &text, &length) {
      case LINE_EDITOR_LINE: return .line(Self.string(text, length: length))
      case LINE_EDITOR_INTERRUPTED: return .interrupted(atEmptyPrompt: false)
      case LINE_EDITOR_INTERRUPTED_EMPTY: return .interrupted(atEmptyPrompt: true)
      default: return .endOfFile
      }
    }

    /// The bytes of the line being edited, and how many are before the cursor.
    var line: (bytes: [UInt8], cursor: Int) {
      var length = 0
      var cursor = 0
      let text = line_editor_line(editor, &length, &cursor)
      let bytes = UnsafeRawBufferPointer(start: text, count: text == nil ? 0 : length)
      return (Array(bytes), min(cursor, bytes.count))
    }

    /// Replaces the word before the cursor. libedit counts in characters of C, which are Unicode scalars.
    func replace(_ word: String, with text: String) {
      line_editor_replace(editor, CInt(clamping: word.unicodeScalars.count), text)
    }

    func print(above text: String) { line_editor_print_above(editor, text) }

    func forgetPaste() { line_editor_forget_paste(editor) }

    func remember(_ entry: String) { line_editor_remember(editor, entry) }

    private static func string(_ text: UnsafePointer<CChar>?, length: Int) -> String {
      String(decoding: UnsafeRawBufferPointer(start: text, count: text == nil ? 0 : length), as: UTF8.self)
    }
  }
}
