/** {@code flatgaze accel}: models on the accelerator, and what the published one would need for them. */
package org.flatgaze.runtime.command.accel;
