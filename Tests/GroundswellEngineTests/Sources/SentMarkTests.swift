import DurableFiles
import Testing

@testable import GroundswellEngine

@Suite("The mark of how far a search was sent")
struct SentMarkTests {
  @Test("with a flipped bit is refused, whichever it is")
  func flippedBit() throws {
    let folder = try DurableFiles.makeTemporaryFolder()
    defer { try? DurableFiles.remove(folder) }
    let path = folder + "/mark.json"
    var mark = SentMark()
    (mark.newest, mark.floor, mark.reached, mark.missing) = ("1099", "1000", "1060", 40)
    mark.intent = SentMark.Intent(posts: ["1059", "1058"], offsets: [40])
    try mark.write(to: path, of: "azure")
    #expect(try SentMark(reading: path) == mark)
    let bytes = try DurableFiles.read(path)
    for position in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[position] ^= 1 << bit
        try DurableFiles.replace(path, with: flipped)
        #expect(throws: SentMark.Damaged.self, "byte \(position), bit \(bit)") { try SentMark(reading: path) }
      }
    }
  }

  @Test("is read as versions before wrote it, without a checksum")
  func olderForm() throws {
    let folder = try DurableFiles.makeTemporaryFolder()
    defer { try? DurableFiles.remove(folder) }
    let path = folder + "/mark.json"
    try DurableFiles.replace(path, with: Array(#"{"newest":"1099","query":"azure"}"#.utf8) + [0x0A])
    #expect(try SentMark(reading: path).newest == "1099")
  }
}
