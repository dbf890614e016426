/** A spare behind an accelerator that can be lost: {@link org.flatgaze.accel.fallback.FallbackAccelerator}. */
package org.flatgaze.accel.fallback;
