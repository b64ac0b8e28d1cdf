/* returns/returns.h: everything. A host that only evaluates compiled blocks needs no more than decision.h. */
#ifndef RETURNS_RETURNS_H
#define RETURNS_RETURNS_H

#include "returns/batch.h"
#include "returns/compiler.h"
#include "returns/decision.h"
#include "returns/suite.h"
#include "returns/workflow.h"

#endif
