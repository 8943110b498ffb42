// Reads {documents: {url: document}, now, cases: [credential]} from the standard input and writes, for
// each case, {verified, error}. Nothing is fetched: what is not among the documents does not exist.
import {text} from 'node:stream/consumers';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus, getCredentialStatus} from '@digitalbazaar/vc-bitstring-status-list';

const {documents, now, cases} = JSON.parse(await text(process.stdin));

async function documentLoader(url) {
  if(documents[url]) {
    return {contextUrl: null, documentUrl: url, document: documents[url]};
  }
  const did = documents[url.split('#')[0]];
  const method = did?.verificationMethod?.find(({id}) => id === url);
  if(!method) {
    throw new Error(`${url} is not known`);
  }
  return {
    contextUrl: null,
    documentUrl: url,
    document: {'@context': 'https://w3id.org/security/multikey/v1', ...method}
  };
}

function explain(error) {
  return [error?.message, ...(error?.errors ?? []).map(explain)].filter(Boolean).join(': ');
}

const results = [];
for(const credential of cases) {
  try {
    const result = await vc.verifyCredential({
      credential,
      suite: new DataIntegrityProof({cryptosuite}),
      documentLoader,
      now: new Date(now),
      checkStatus: credential.credentialStatus && (options => checkStatus({
        ...options,
        suite: new DataIntegrityProof({cryptosuite}),
        verifyBitstringStatusListCredential: true
      }))
    });
    results.push({verified: result.verified, error: explain(result.error) || explain(result.statusResult?.error)});
  } catch(error) {
    results.push({verified: false, error: explain(error)});
  }
}
process.stdout.write(JSON.stringify(results));
