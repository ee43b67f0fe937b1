import ArgumentParser
import Wording
package import EventFiles

/// Options of `send` and `import` for reading a text file.
struct TextFileOptions: ParsableArguments, Sendable {
  @Option(
    help: "Encoding of a text file: latin1, windows-1252, utf-16le, … (default: by its byte-order mark, else UTF-8).")
  var encoding: TextEncoding?

  @Flag(inversion: .prefixedNo, help: "CSV: whether the first line names the columns (default: by the values).")
  var header: Bool?

  @Option(help: "CSV: names of the columns, for a file without a header: time,value.")
  var columns: String?

  var isGiven: Bool { encoding != nil || header != nil || columns != nil }

  var values: DelimitedReader.Options {
    .init(encoding: encoding, hasHeader: header, columns: columns?.listedNames)
  }

  func validate() throws {
    if let columns, columns.listedNames.isEmpty {
      throw ValidationError("--columns is empty: write --columns time,value")
    }
  }
}

extension TextEncoding: ExpressibleByArgument {
  package init?(argument: String) { self.init(named: argument) }
}
