import Wording

/// Text as it stands in HTML and SVG; what neither may hold, or what hides in them, stands as a picture.
package func escaped(_ text: String) -> String {
  // By scalars: a mark that combines with a quote makes another character of it, and the same byte.
  var escaped = String.UnicodeScalarView()
  for scalar in harmless(text).unicodeScalars {
    switch scalar {
    case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
    case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
    case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
    case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
    default: escaped.append(scalar)
    }
  }
  return String(escaped)
}
