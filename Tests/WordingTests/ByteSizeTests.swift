import Testing
import Wording

@Suite("A size in bytes")
struct ByteSizeTests {
  @Test(
    "is read in powers of 1,000, ignoring case, and written to one decimal",
    arguments: [
      ("1B", 1, "1 B"), ("999 b", 999, "999 B"), ("1000B", 1_000, "1.0 kB"), ("1.5 kB", 1_500, "1.5 kB"),
      ("500MB", 500_000_000, "500.0 MB"), ("2gb", 2_000_000_000, "2.0 GB"), ("9TB", 9_000_000_000_000, "9.0 TB"),
      ("5000tb", 5_000_000_000_000_000, "5000.0 TB"),
    ])
  func sizes(text: String, bytes: Int64, written: String) {
    #expect(ByteSize(text)?.bytes == bytes)
    #expect(ByteSize(bytes).description == written)
  }

  @Test(
    "is refused without number or unit, below a byte, and beyond what can be counted",
    arguments: ["", "5", "MB", "1.2.3MB", "-1MB", "0B", "0.5B", "5MiB", "1 kB s", "9000000000TB", "1e3B"])
  func refused(text: String) {
    #expect(ByteSize(text) == nil)
  }
}
