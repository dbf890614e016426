/** What stands behind {@code flatgaze vitcod}: measuring heads, comparing with ONNX Runtime, and the report page. */
package org.flatgaze.runtime.vitcod;
