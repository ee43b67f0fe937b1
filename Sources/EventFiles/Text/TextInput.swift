import DurableFiles

/// A file's text as UTF-8: unpacked if gzip packed it, and decoded as its byte-order mark or the caller says.
final class TextInput {
  private let bytes: ByteInput
  private let path: String
  private let told: TextEncoding?
  /// Whether bytes are passed on unchanged, without UTF-8's mark.
  private let isRaw: Bool
  private var inflater: GzipInflater?
  private var decoder: TextDecoder?
  private var hasBegun = false
  /// The unpacked bytes that ``begin()`` read and ``read(to:holdingSince:)`` has not returned yet.
  private var head: [UInt8] = []

  /// The bytes that are not text, before which the text ends; nil if there are none so far.
  private(set) var fault: TextFault?

  var share: Double? { bytes.share }

  private static let chunk = 1 << 17

  /// - Parameters:
  ///   - path: `-` reads standard input.
  ///   - encoding: nil takes it from the byte-order mark (default: UTF-8).
  ///   - isRaw: passes bytes on unchanged, without UTF-8's mark.
  init(_ path: String, encoding: TextEncoding?, isRaw: Bool) throws(FileError) {
    bytes = try ByteInput(path)
    self.path = path
    told = encoding
    self.isRaw = isRaw
  }

  /// Appends the next piece of text.
  ///
  /// - Parameter holdingSince: see ``ByteInput/read(into:holdingSince:)``.
  /// - Returns: false at the end, which is early if ``fault`` is set.
  /// - Throws: `FileError`; ``EventFileError`` for damaged gzip and for unmarked UTF-16; `CancellationError`.
  func read(to text: inout [UInt8], holdingSince: ContinuousClock.Instant?) throws -> Bool {
    if fault != nil { return false }
    if !hasBegun { try begin() }
    let piece = try head.isEmpty ? unpacked(holdingSince) : head
    head = []
    if isRaw {
      text += piece
      return !piece.isEmpty
    }
    fault = decoder?.decode(piece, isEnd: piece.isEmpty, to: &text)
    return !piece.isEmpty && fault == nil
  }

  /// Finds out from the first bytes whether gzip packed the file, and its encoding.
  private func begin() throws {
    var first = try packed(nil)
    if first.count == 1 { first += try packed(nil) }
    if first.starts(with: [0x1F, 0x8B]) {
      do { inflater = try GzipInflater(first) } catch {
        throw EventFileError(path: path, fault: .damagedGzip(error.reason))
      }
      first = try unpacked(nil)
    }
    while first.count < 4, case let more = try unpacked(nil), !more.isEmpty { first += more }
    hasBegun = true
    let mark = TextEncoding.mark(of: first)
    if isRaw {
      head = Array(first.dropFirst(mark?.encoding == .utf8 ? 3 : 0))
      return
    }
    if mark == nil, told == nil, let guess = TextEncoding.guess(of: first) {
      throw EventFileError(path: path, fault: .unmarked(guess))
    }
    decoder = TextDecoder(mark?.encoding ?? told ?? .utf8, offset: mark?.length ?? 0)
    head = Array(first.dropFirst(mark?.length ?? 0))
  }

  private func unpacked(_ holdingSince: ContinuousClock.Instant?) throws -> [UInt8] {
    guard let inflater else { return try packed(holdingSince) }
    do {
      return try Self.filled { try inflater.read(into: $0) { try packed(holdingSince) } }
    } catch let damage as GzipInflater.Damage {
      throw EventFileError(path: path, fault: .damagedGzip(damage.reason))
    }
  }

  private func packed(_ holdingSince: ContinuousClock.Instant?) throws -> [UInt8] {
    try Self.filled { try bytes.read(into: $0, holdingSince: holdingSince) }
  }

  private static func filled(_ read: (UnsafeMutableRawBufferPointer) throws -> Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: chunk) { buffer, count in
      count = try read(UnsafeMutableRawBufferPointer(buffer))
    }
  }
}
