// A few SVG elements, for pictures that a browser shows and a diff can read.
#pragma once

#include <string>
#include <string_view>

namespace sim {

/// Collects elements; coordinates are pixels.
class Svg {
 public:
  Svg(double width, double height);
  struct Box {
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
  };
  /// `title` is shown while the pointer is over the box; empty for none.
  void Rectangle(const Box& box, std::string_view fill, std::string_view title = {});
  struct Point {
    double x = 0;
    double y = 0;
  };
  void Line(Point from, Point to, std::string_view stroke);
  void Circle(Point center, double radius, std::string_view fill, std::string_view title = {});
  enum class Anchor { kStart, kMiddle, kEnd };
  void Text(Point at, std::string_view text, Anchor anchor = Anchor::kStart);
  /// The whole document.
  std::string Finish() const;

 private:
  double width_;
  double height_;
  std::string elements_;
};

/// `&`, `<`, `>` and quotes as entities.
std::string EscapeXml(std::string_view text);

}  // namespace sim
