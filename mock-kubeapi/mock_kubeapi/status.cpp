#include "mock_kubeapi/status.h"
