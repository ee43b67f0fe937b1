import DurableFiles
import Testing

@testable import EventFiles

@Suite("The cursor of a search")
struct SentMarkTests {
  @Test("with a flipped bit is refused, whichever it is")
  func flippedBit() throws {
    let folder = try DurableFiles.makeTemporaryFolder()
    defer { try? DurableFiles.remove(folder) }
    let path = folder + "/cursor.json"
    var cursor = SearchCursor()
    (cursor.newest, cursor.floor, cursor.reached, cursor.missing) = ("1099", "1000", "1060", 40)
    cursor.intent = SearchCursor.Intent(posts: ["1059", "1058"], offsets: [40])
    try cursor.write(to: path, of: "azure")
    #expect(try SearchCursor(reading: path) == cursor)
    let bytes = try DurableFiles.read(path)
    for position in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[position] ^= 1 << bit
        try DurableFiles.replace(path, with: flipped)
        #expect(throws: SearchCursor.Damaged.self, "byte \(position), bit \(bit)") { try SearchCursor(reading: path) }
      }
    }
  }

  @Test("is read as versions before wrote it, without a checksum")
  func olderForm() throws {
    let folder = try DurableFiles.makeTemporaryFolder()
    defer { try? DurableFiles.remove(folder) }
    let path = folder + "/cursor.json"
    try DurableFiles.replace(path, with: Array(#"{"newest":"1099","query":"azure"}"#.utf8) + [0x0A])
    #expect(try SearchCursor(reading: path).newest == "1099")
  }
}
