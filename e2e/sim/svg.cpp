#include "sim/svg.h"

#include <fmt/format.h>

namespace sim {

std::string EscapeXml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

Svg::Svg(double width, double height) : width_(width), height_(height) {}

void Svg::Rectangle(const Box& box, std::string_view fill, std::string_view title) {
  elements_ += fmt::format(R"(<rect x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}" fill="{}">)", box.x, box.y,
                           box.width, box.height, fill);
  if (!title.empty()) elements_ += fmt::format("<title>{}</title>", EscapeXml(title));
  elements_ += "</rect>\n";
}

void Svg::Line(Point from, Point to, std::string_view stroke) {
  elements_ += fmt::format(R"(<line x1="{:.2f}" y1="{:.2f}" x2="{:.2f}" y2="{:.2f}" stroke="{}"/>)", from.x, from.y,
                           to.x, to.y, stroke) +
               "\n";
}

void Svg::Circle(Point center, double radius, std::string_view fill, std::string_view title) {
  elements_ +=
      fmt::format(R"(<circle cx="{:.2f}" cy="{:.2f}" r="{:.2f}" fill="{}">)", center.x, center.y, radius, fill);
  if (!title.empty()) elements_ += fmt::format("<title>{}</title>", EscapeXml(title));
  elements_ += "</circle>\n";
}

void Svg::Text(Point at, std::string_view text, Anchor anchor) {
  const std::string_view name = anchor == Anchor::kStart ? "start" : anchor == Anchor::kMiddle ? "middle" : "end";
  elements_ +=
      fmt::format(R"(<text x="{:.2f}" y="{:.2f}" text-anchor="{}">{}</text>)", at.x, at.y, name, EscapeXml(text)) +
      "\n";
}

std::string Svg::Finish() const {
  return fmt::format(
             R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0:.0f} {1:.0f}" width="{0:.0f}" height="{1:.0f}" font-family="sans-serif" font-size="11">)"
             "\n"
             R"(<rect width="100%" height="100%" fill="white"/>)"
             "\n{2}",
             width_, height_, elements_) +
         "</svg>\n";
}

}  // namespace sim
