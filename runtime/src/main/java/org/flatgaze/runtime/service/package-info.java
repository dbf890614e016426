/** {@code flatgaze run}: a source, a live loop and a publisher put together and kept alive. */
package org.flatgaze.runtime.service;
