/** {@code flatgaze kernels}: the kernels against their scalar references. */
package org.flatgaze.runtime.command.kernels;
