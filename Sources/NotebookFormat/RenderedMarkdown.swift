import Ccmark

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// CommonMark as HTML, without the HTML that it may hold. The only file that speaks to cmark.
func renderedMarkdown(_ text: String) -> String {
  guard let html = cmark_markdown_to_html(text, text.utf8.count, CMARK_OPT_DEFAULT) else { return "" }
  defer { free(html) }
  return String(cString: html)
}
