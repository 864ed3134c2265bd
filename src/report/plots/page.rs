//! The evaluation as a page: the picture, and beneath it the whole report.

use super::svg;
use crate::report::evaluation::Evaluation;

/// Nothing on it runs or loads; what is styled is styled by the page itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const STYLE: &str = "
  :root { color-scheme: light dark; --paper: #ffffff; --ink: #191c20 }
  @media (prefers-color-scheme: dark) { :root { --paper: #15181c; --ink: #e8eaed } }
  body { margin: 0 auto; max-width: 76rem; padding: 2.5rem 2rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 Inter, system-ui, sans-serif }
  h1 { font-size: 1.75rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; margin: 0 0 1rem }
  figure { margin: 0 0 2.5rem; overflow-x: auto }
  figure svg { display: block; width: 100%; min-width: 56rem }
  pre { overflow-x: auto; font: 0.8125rem/1.5 ui-monospace, monospace }
";

/// The page of `evaluation`.
pub fn page(evaluation: &Evaluation) -> String {
    let report = evaluation.to_string().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>How good the calls are – rolecall</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<h1>How good the calls are</h1>\n<figure>\n{}</figure>\n<pre>{report}</pre>\n</body>\n</html>\n",
        svg(evaluation)
    )
}
