#include "app/version.h"

namespace client {

const char* Version() {
  return SELFREG_VERSION;
}

std::string UserAgent() {
  return std::string("acmedns-selfreg/") + Version();
}

}  // namespace client
