import { breakable, htmlPage, style, text } from "../../../html/html.ts";

test("words never become elements or attributes", () => {
  expect(text('<b title="a">Smith & Co</b>')).toBe("&lt;b title=&quot;a&quot;&gt;Smith &amp; Co&lt;/b&gt;");
});

test.each([
  ["acme.au.orderhub.example", "acme.<wbr>au.<wbr>orderhub.<wbr>example"],
  ["service:prod-au-ingest", "service:<wbr>prod-<wbr>au-<wbr>ingest"],
  ["1.0 after 13:59 on 30/11/26", "1.0 after 13:59 on 30/11/26"],
  ["harbourside/681187af", "harbourside/<wbr>681187af"],
  ["It exited. A -> b", "It exited. A -&gt; b"],
])("%s may break inside its names", (words, html) => {
  expect(breakable(words)).toBe(html);
});

test("a page has the shared style before its own, and its title as text", () => {
  const html = htmlPage({ title: "A & B", style: "p { margin: 0; }\n", main: "<h1>A</h1>" });
  expect(html).toContain("<title>A &amp; B</title>");
  expect(html).toContain(`<style>\n${style}\np { margin: 0; }\n</style>`);
  expect(html).toContain("<main>\n<h1>A</h1>\n</main>");
});

test("the style knows light and dark", () => {
  expect(style).toContain("prefers-color-scheme: dark");
});
