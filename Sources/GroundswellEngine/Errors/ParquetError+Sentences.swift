package import Parquet
import Wording

extension ParquetError: Explained {
  package var remedy: String? {
    switch kind {
    case .notParquet: "name another file, or write it again if its writer was interrupted"
    case .encrypted: "write it again without encryption"
    case .damaged: "fetch or write it again"
    case .unsupported(_, let remedy): remedy
    case .unreadable: "check that it exists, and that you may read it"
    case .noSuchColumn(let known): Suggestion.remedy(for: column ?? "", in: known)
    case .sameNames: "give columns names that differ by more than case"
    case .nullInRequiredColumn: "declare it nullable, or leave the row out"
    case .notUTF8: "write the column as UTF-8, or as hexadecimal digits if it is not text"
    case .outOfRange: "correct the value, or leave the row or the column out"
    case .tooLarge: "write fewer rows or shorter texts"
    }
  }
}
