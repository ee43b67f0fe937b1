import Ccmark

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Renders CommonMark as HTML, without any HTML within it. The only file that calls cmark.
func renderedMarkdown(_ text: String) -> String {
  guard let html = cmark_markdown_to_html(text, text.utf8.count, CMARK_OPT_DEFAULT) else { return "" }
  defer { free(html) }
  return String(cString: html)
}
